package io.sheaf.acceptance

import java.util.concurrent.TimeUnit.NANOSECONDS
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** Several jobs on one cluster: who gets how much, when, where, and what those who wait are told. */
class SharingSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private lazy val sheaf = new Commands(here)
  private var tasks = ""

  override def beforeAll(): Unit = {
    here.startCoordinator(): Unit
    startWorker("zone=west", "gpu=2"): Unit
    tasks = UserCode.jar(here, "Shared", SharingSpec.tasks).toString
  }

  override def afterAll(): Unit = here.close()

  private def startWorker(labels: String*): Running = {
    val worker = here.start(Seq(here.sheaf, "worker", "--slots", "3") ++ labels.flatMap(Seq("--label", _)): _*)
    worker.awaitLine("Registered with the coordinator")
    worker
  }

  private def map(method: String, options: String*): Running =
    sheaf(Seq("map", s"Shared::$method", "--jar", tasks, "--quiet") ++ options: _*)

  private def millisSince(from: Long): Long = NANOSECONDS.toMillis(System.nanoTime - from)

  /** The most of these intervals, each a line `BEGIN END`, that overlap. */
  private def atOnce(lines: Seq[String]): Int = {
    val intervals = lines.map(_.split(' ').map(_.toLong)).map(pair => (pair(0), pair(1)))
    intervals.map { case (at, _) => intervals.count { case (from, to) => from <= at && at < to } }.max
  }

  test("a job of one item starts at once beside one of a million items") {
    val large = sheaf.submit("Shared::brief", "--jar", tasks, "--range", "1..1000000")
    here.await("it runs")(sheaf.job(large, "succeeded").toInt > 100)
    val quiet = (1 to 3).map(_ => timeOfOne())
    info(s"submitted, run and fetched beside a million items: ${quiet.mkString(", ")} ms")
    assert(quiet.min < 2000)
    assert(sheaf("cancel", large).exitCode == 0)
    sheaf.awaitState(large, "CANCELLED")
    sheaf.awaitFree(workers = 1)
    info(s"the same on a cluster with nothing to do: ${timeOfOne()} ms")
  }

  private def timeOfOne(): Long = {
    val from = System.nanoTime
    val one = map("brief", "--range", "7..7")
    assert(one.exitCode == 0 && one.lines == Seq("7"), one.report)
    millisSince(from)
  }

  test("-j bounds how many items run at a time, and requirements how many fit a worker") {
    val two = map("interval", "-j", "2", "--range", "1..12")
    assert(two.exitCode == 0 && two.lines.size == 12, two.report)
    assert(atOnce(two.lines) == 2, two.report)
    val one = map("interval", "--requires", "gpu=2", "--range", "1..6")
    assert(one.exitCode == 0 && atOnce(one.lines) == 1, one.report)
    val all = map("interval", "--requires", "zone=west", "--range", "1..12")
    assert(all.exitCode == 0 && atOnce(all.lines) == 3, all.report)
  }

  test("a job that no worker can run says what is missing, and runs once a worker has it") {
    val id = sheaf.submit("Shared::brief", "--jar", tasks, "--requires", "zone=east", "--range", "1..20")
    here.await("the reason is told")(sheaf("explain", id).lines.exists(_.contains("zone=east")))
    val told = sheaf("explain", id)
    info(told.lines.mkString(" | "))
    assert(told.lines.exists(_.contains("No worker has what each item needs: zone=east")), told.report)
    assert(sheaf.job(id, "succeeded") == "0")
    val east = startWorker("zone=east")
    assert(sheaf("wait", id).exitCode == 0)
    east.signal("TERM")
    assert(east.awaitEnd(30).exitCode == 0, east.report)
  }

  test("a worker that joins in mid-job gets its part of the work") {
    val id = sheaf.submit("Shared::interval", "--jar", tasks, "--range", "1..3000")
    sheaf.awaitState(id, "RUNNING")
    val joined = startWorker()
    val from = System.nanoTime
    here.await("it has an executor")(
      here.executors.exists(executor => here.parent(executor.pid).contains(joined.pid))
    )
    info(s"the first executor ran ${millisSince(from)} ms after the worker was registered")
    here.await("it has completed some items", 20)(
      s""""pid":${joined.pid},.*?"completed":[1-9]\\d""".r.findFirstIn(sheaf("workers", "--json").lines.head).nonEmpty
    )
    assert(sheaf("cancel", id).exitCode == 0)
    sheaf.awaitState(id, "CANCELLED")
    joined.signal("TERM")
    assert(joined.awaitEnd(30).exitCode == 0, joined.report)
    sheaf.awaitFree(workers = 1)
  }

  test("a job of a higher priority goes before one that was first") {
    val low = sheaf.submit("Shared::interval", "--jar", tasks, "--range", "1..3000")
    here.await("it runs")(sheaf.job(low, "succeeded").toInt > 0)
    val high = map("interval", "--priority", "5", "--range", "1..45")
    assert(high.exitCode == 0, high.report)
    assert(sheaf("cancel", low).exitCode == 0)
    sheaf.awaitState(low, "CANCELLED")
    val begins = high.lines.map(_.split(' ').head.toLong)
    val others = sheaf("results", low).lines.map(_.split(' ').head.toLong)
    // What was at the worker before the first of them came, and what took its last slots, is not meant. Fair shares
    // would be as many as the other's.
    val between = others.filter(at => at > begins.min + 200 && at < begins.max - 200).map(_ - begins.min)
    info(s"${others.size} items of the first job; begun while the other had ${begins.max - begins.min} ms: $between")
    assert(others.nonEmpty && between.size <= 6)
    sheaf.awaitFree(workers = 1)
  }
}

object SharingSpec {
  val tasks: String =
    """import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.TimeUnit;
      |
      |public class Shared {
      |    public static long brief(long item) throws Exception {
      |        pause(5);
      |        return item;
      |    }
      |
      |    public static String interval(long item) throws Exception {
      |        long from = System.currentTimeMillis();
      |        pause(100);
      |        return from + " " + System.currentTimeMillis();
      |    }
      |
      |    private static void pause(long millis) throws InterruptedException {
      |        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
      |    }
      |}
      |""".stripMargin
}
