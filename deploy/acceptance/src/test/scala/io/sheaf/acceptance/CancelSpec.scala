package io.sheaf.acceptance

import java.nio.file.{Files, Path}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** Cancelled means stopped: nothing of a cancelled job goes on, whatever it does, and nobody else notices. */
class CancelSpec extends AnyFunSuite with BeforeAndAfterAll {
  private val grace = 2000L
  private val slack = 1000L
  private lazy val here = new Installation
  private lazy val sheaf = new Commands(here)
  private var tasks = ""
  private var neighbour = ""
  private var release: Path = _

  override def beforeAll(): Unit = {
    here.startCoordinator(): Unit
    here.startWorker(7): Unit
    tasks = UserCode.jar(here, "Ticking", Ticks.source).toString
    // Runs through all the tests, in the same worker, and is asked in the end how it was.
    release = here.folder.resolve("release")
    neighbour = sheaf.submit("Ticking::until", "--jar", tasks, ":::", release.toString)
    sheaf.awaitState(neighbour, "RUNNING")
  }

  override def afterAll(): Unit = here.close()

  private def ticking(kinds: String*): Map[String, Ticks] = {
    val folder = Files.createTempDirectory(here.folder, "ticks")
    kinds.map(kind => kind -> Ticks(folder.resolve(kind))).toMap
  }

  private def items(ticks: Map[String, Ticks]): Seq[String] =
    ":::" +: ticks.toSeq.map { case (kind, of) => s"$kind:${of.file}" }

  private def awaitTicks(ticks: Map[String, Ticks]): Unit =
    here.await("everything ticks")(ticks.values.forall(_.count > 0))

  /** The last tick of each kind came in time, and none comes any more. */
  private def assertStopped(ticks: Map[String, Ticks], cancelledAt: Long): Unit = {
    val counts = ticks.map { case (kind, of) => kind -> of.count }
    val late = ticks.map { case (kind, of) => kind -> (of.last - cancelledAt) }
    info(late.map { case (kind, millis) => s"$kind: last tick after $millis ms" }.mkString(", "))
    assert(late.values.forall(_ <= grace + slack), late)
    sheaf.awaitFree(workers = 1, busySlots = 1)
    assert(ticks.map { case (kind, of) => kind -> of.count } == counts)
    assert(!here.marked.exists(here.commandLine(_).contains("sleep 1000")))
  }

  test("a cancelled job is CANCELLING until its last item has stopped, whatever the items do, then CANCELLED") {
    val ticks = ticking("sleeping", "looping", "child", "native", "threads")
    val id = sheaf.submit(Seq("Ticking::run", "--jar", tasks) ++ items(ticks): _*)
    awaitTicks(ticks)
    val cancelled = sheaf("cancel", id)
    val at = System.currentTimeMillis
    assert(cancelled.exitCode == 0 && cancelled.lines.head == s"Job $id is CANCELLING", cancelled.report)
    val looped = ticks("looping").count
    while (sheaf.state(id) == "CANCELLING")
      assert(System.currentTimeMillis - at < 15000, here.report)
    assert(ticks("looping").count > looped, "it should have taken a kill to stop the loop")
    assert(sheaf.state(id) == "CANCELLED")
    assertStopped(ticks, at)
    assert(sheaf("cancel", id).exitCode == 0 && sheaf.state(id) == "CANCELLED")
    assert(sheaf("wait", id).exitCode == 7)
  }

  test("Ctrl-C on map stops what runs in the cluster, and the client ends in time") {
    val ticks = ticking("sleeping", "looping")
    val command = Seq("env", "--default-signal=INT", here.sheaf, "map", "Ticking::run", "--jar", tasks) ++ items(ticks)
    val map = here.start(command: _*)
    awaitTicks(ticks)
    val at = System.currentTimeMillis
    map.signal("INT")
    assert(map.awaitEnd(20).exitCode == 130, map.report)
    val millis = System.currentTimeMillis - at
    info(s"the client ended after $millis ms")
    assert(millis < 4000, map.report)
    here.await("the job is over")(sheaf("jobs", "--json").lines.head.split("\"state\":\"CANCELL(ING|ED)\"").length == 3)
    sheaf.awaitFree(workers = 1, busySlots = 1)
    assertStopped(ticks, at)
  }

  test("cancelling the future of mapAsync, and closing a stream, stop what runs, and the pool goes on") {
    val classes = UserCode.compile(here, "Cancelling", CancelSpec.program(Ticks.source))
    val ticks = ticking("future", "stream")
    val program = here.start(
      "java",
      "-cp",
      s"$classes:${UserCode.clientClassPath(here)}",
      "Cancelling",
      ticks("future").file.toString,
      ticks("stream").file.toString
    )
    program.awaitLine("cancelled")
    val at = System.currentTimeMillis
    assert(program.awaitEnd(30).exitCode == 0, program.report)
    assert(program.lines == Seq("cancelled", "next: [2, 3]"), program.report)
    sheaf.awaitFree(workers = 1, busySlots = 1)
    assertStopped(ticks, at)
  }

  test("a job that is cancelled while it waits never runs; cancelling what has ended changes nothing") {
    val ticks = ticking((1 to 6).map(n => s"sleeping:$n"): _*).map { case (kind, of) =>
      kind -> Ticks(of.file.resolveSibling("sleeping-" + kind.last))
    }
    val first = sheaf.submit(
      Seq("Ticking::run", "--jar", tasks, ":::") ++ ticks.values.map(of => s"sleeping:${of.file}"): _*
    )
    awaitTicks(ticks)
    val never = ticking("sleeping")
    val second = sheaf.submit(Seq("Ticking::run", "--jar", tasks) ++ items(never): _*)
    assert(sheaf("cancel", second).exitCode == 0)
    sheaf.awaitState(second, "CANCELLED")
    assert(sheaf("cancel", first).exitCode == 0)
    sheaf.awaitState(first, "CANCELLED")
    sheaf.awaitFree(workers = 1, busySlots = 1)
    assert(never("sleeping").count == 0)
    val done = sheaf.submit("Ticking::until", "--jar", tasks, ":::", here.folder.toString)
    sheaf.awaitState(done, "SUCCEEDED")
    assert(sheaf("cancel", done).exitCode == 0)
    assert(sheaf.state(done) == "SUCCEEDED")
  }

  test("the neighbour in the same worker ran through all of it, undisturbed") {
    assert(sheaf.state(neighbour) == "RUNNING" && sheaf.job(neighbour, "requeued") == "0")
    Files.createFile(release)
    assert(sheaf("wait", neighbour).exitCode == 0)
    val results = sheaf("results", neighbour)
    assert(results.lines.size == 1 && results.lines.head.toLong > 1, results.report)
    assert(here.executors.exists(_.pid == results.lines.head.toLong), "the executor it began in is still there")
  }
}

object CancelSpec {

  /** Runs loops that ignore interrupts, each behind a call that is then cancelled. */
  def program(ticking: String): String =
    ticking.replace("public class Ticking", "class Ticking") +
      """
        |class Cancelling {
        |    public static void main(String[] files) throws Exception {
        |        try (io.sheaf.Pool pool = io.sheaf.Pool.connect()) {
        |            var future = pool.mapAsync(Ticking::run, java.util.List.of("looping:" + files[0]));
        |            var stream = pool.imap(Ticking::run, java.util.List.of("looping:" + files[1]));
        |            for (String file : files) {
        |                while (!Files.exists(Path.of(file))) {
        |                    new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
        |                }
        |            }
        |            future.cancel(true);
        |            stream.close();
        |            System.out.println("cancelled");
        |            System.out.println("next: " + pool.map(n -> n + 1, java.util.List.of(1, 2)));
        |        }
        |    }
        |}
        |""".stripMargin
}
