package io.sheaf.acceptance

import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** What a local cluster leaves behind when one of its processes dies: nothing. */
class LocalFaultSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private var tasks = ""

  override def beforeAll(): Unit = tasks = UserCode.jar(here, "Tasks", ClusterSpec.tasks).toString

  override def afterAll(): Unit = here.close()

  test("kill -9 of a local client ends its node and executors") {
    val job = here.start(here.sheaf, "map", "Tasks::slow", "--local", "2", "--jar", tasks, "--range", "1..600")
    job.awaitLine("1")
    job.signal("KILL")
    job.awaitEnd(10): Unit
    here.awaitNoProcess()
  }

  test("kill -9 of a local node ends its executors and tells the client") {
    val job = here.start(here.sheaf, "map", "Tasks::slow", "--local", "2", "--jar", tasks, "--range", "1..600")
    job.awaitLine("1")
    here.marked.filter(here.commandLine(_).contains("NodeMain")).foreach(_.destroyForcibly())
    assert(job.awaitEnd(30).exitCode == 5, job.report)
    here.awaitNoProcess()
  }

  test("Ctrl-C cancels, says so and ends with 130, leaving nothing") {
    val job = here.start(
      "env",
      "--default-signal=INT",
      here.sheaf,
      "map",
      "Tasks::slow",
      "--local",
      "2",
      "--jar",
      tasks,
      "--range",
      "1..600"
    )
    job.awaitLine("1")
    job.signal("INT")
    assert(job.awaitEnd(10).exitCode == 130, job.report)
    assert(job.errors.exists(_.contains("cancelled")), job.report)
    here.awaitNoProcess()
  }

  test("sheaf local starts a coordinator and two workers, and takes them with it however it ends") {
    Seq("TERM", "KILL").foreach { signal =>
      val local = here.start(
        here.sheaf,
        "local",
        "--workers",
        "2",
        "--http-port",
        here.ports.http.toString,
        "--session-port",
        here.ports.session.toString,
        "--akka-port",
        here.ports.akka.toString
      )
      local.awaitLine("worker-1 | ")
      here.await("two workers have come")(
        here.run(here.sheaf, "info").lines.mkString.contains("2 workers")
      )
      val started = here.marked.map(here.commandLine).filter(_.contains("--parent-pipe"))
      assert(started.size == 3 && started.forall(_.contains(" -Xms16m ")), "not as those that are started by hand")
      local.signal(signal)
      local.awaitEnd(40): Unit
      here.awaitNoProcess()
    }
  }
}
