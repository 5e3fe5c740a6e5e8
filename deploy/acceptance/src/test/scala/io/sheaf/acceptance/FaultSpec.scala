package io.sheaf.acceptance

import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** Processes die in mid-job: the result is the same, and nothing stays behind. */
class FaultSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private var tasks = ""

  override def beforeAll(): Unit = tasks = UserCode.jar(here, "Tasks", ClusterSpec.tasks).toString

  override def afterAll(): Unit = here.close()

  private val items = (1 to 60).map(_.toString)

  private def slowJob(): Running = here.start(here.sheaf, "map", "Tasks::slow", "--jar", tasks, "--range", "1..60")

  test("kill -9 of an executor, then of a worker, leaves the result as it is, and no process") {
    val coordinator = here.startCoordinator()
    val first = here.startWorker()
    val second = here.startWorker()
    val job = slowJob()
    job.awaitLine("1")
    here.await("both executors run")(here.executors.size == 2)
    here.executors.head.destroyForcibly()
    job.awaitLine("20")
    first.signal("KILL")
    job.awaitEnd(60)
    assert(job.exitCode == 0 && job.lines == items, job.report)
    coordinator.awaitLine("was lost")
    Seq(second, coordinator).foreach { process =>
      process.signal("TERM")
      assert(process.awaitEnd(30).exitCode == 0, process.report)
    }
    here.awaitNoProcess()
  }

  test("a coordinator that is killed leaves workers that find the next one, and clients that are told") {
    val coordinator = here.startCoordinator()
    val worker = here.startWorker()
    val job = slowJob()
    job.awaitLine("1")
    coordinator.signal("KILL")
    assert(job.awaitEnd(30).exitCode == 5, job.report)
    val next = here.startCoordinator()
    next.awaitLine("has come")
    val again = here.run(here.sheaf, "map", "Tasks::pid", "--jar", tasks, "--range", "1..3")
    assert(again.exitCode == 0 && again.lines.size == 3, again.report)
    Seq(worker, next).foreach { process =>
      process.signal("TERM")
      assert(process.awaitEnd(30).exitCode == 0, process.report)
    }
    here.awaitNoProcess()
  }

  test("a worker that is frozen is lost after 6 s, its items run elsewhere, and it comes back by itself") {
    val coordinator = here.startCoordinator()
    val frozen = here.startWorker()
    val other = here.startWorker()
    val job = slowJob()
    job.awaitLine("1")
    frozen.signal("STOP")
    coordinator.awaitLine("nothing was heard of it for 6 s")
    job.awaitEnd(60)
    assert(job.exitCode == 0 && job.lines == items, job.report)
    other.signal("TERM")
    assert(other.awaitEnd(30).exitCode == 0, other.report)
    frozen.signal("CONT")
    val again = here.run(here.sheaf, "map", "Tasks::pid", "--jar", tasks, "--range", "1..3")
    assert(again.exitCode == 0 && again.lines.size == 3, again.report)
    Seq(frozen, coordinator).foreach { process =>
      process.signal("TERM")
      assert(process.awaitEnd(30).exitCode == 0, process.report)
    }
    here.awaitNoProcess()
  }

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
      local.signal(signal)
      local.awaitEnd(40): Unit
      here.awaitNoProcess()
    }
  }
}
