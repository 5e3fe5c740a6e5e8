package io.sheaf.acceptance

import java.nio.file.Files

/** Two coordinators of which one is at work.
  *
  * @param coordinator
  *   starts one of them, 0 or 1
  * @param client
  *   starts the command line, which knows both
  */
final class Pair(coordinator: Int => Running, client: Seq[String] => Running, here: Installation) {

  /** The number of the one at work. */
  var leader = 0
  var active: Running = coordinator(0)
  active.awaitLine("Coordinator ready")
  var standby: Running = coordinator(1)
  standby.awaitLine("Standing by")

  Files.writeString(
    here.folder.resolve("Slow.java"),
    """public class Slow {
      |    public static long slow(long item) throws Exception {
      |        new java.util.concurrent.CountDownLatch(1).await(50, java.util.concurrent.TimeUnit.MILLISECONDS);
      |        return item;
      |    }
      |}
      |""".stripMargin
  )

  def sheaf(arguments: String*): Running = client(arguments).awaitEnd(120)

  /** A submitted job and one of a client that waits, of so many items each. */
  def work(count: Int): Work = new Work(count, this, client, here)

  /** Who stood by is at work; who was at work has ended and is started again. */
  def change(): Unit = {
    active = standby
    standby = coordinator(leader)
    leader = 1 - leader
    standby.awaitLine("Standing by")
  }

  def report: String = active.report + "\n" + standby.report
}

/** What goes on while coordinators change. */
final class Work(count: Int, pair: Pair, client: Seq[String] => Running, here: Installation) {
  private var job = ""
  private var map: Running = _
  private var began = 0L

  /** Returns when both are under way, right before something is to happen to who is at work. */
  def begin(): Unit = {
    val submit = pair.sheaf("submit", "Slow.java::slow", "--quiet", "--range", s"1..$count")
    assert(submit.exitCode == 0, submit.report)
    job = submit.lines.head
    map = client(Seq("map", "Slow.java::slow", "--quiet", "--range", s"1001..${1000 + count}"))
    map.awaitLine("1005")
    countFromNow()
  }

  def countFromNow(): Unit = began = System.nanoTime

  /** Waits for whoever stands by; returns after how many seconds it was ready, and the next live result came. */
  def awaitNext(): (Double, Double) = {
    pair.standby.awaitLine("Coordinator ready")
    val ready = since
    val before = map.lines.size
    assert(before < count, "it was over before")
    here.await("a result comes", 30)(map.lines.size > before)
    (ready, since)
  }

  private def since: Double = (System.nanoTime - began) / 1e9

  def assertExact(): Unit = {
    val results = map.awaitEnd(90)
    assert(results.exitCode == 0 && results.lines == (1001 to 1000 + count).map(_.toString), results.report)
    val waited = pair.sheaf("wait", job)
    assert(waited.exitCode == 0, waited.report)
    assert(pair.sheaf("results", job).lines == (1 to count).map(_.toString))
  }
}
