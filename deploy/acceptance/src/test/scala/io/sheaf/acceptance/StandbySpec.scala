package io.sheaf.acceptance

import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** Two coordinators with a journal in PostgreSQL: one is at work, the other stands by. The stories follow one another:
  * who has ended is started again, and stands by then.
  */
class StandbySpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private var server: Option[PostgresServer] = None
  private var pair: Pair = _

  override def beforeAll(): Unit = PostgresServer.programs.foreach { programs =>
    server = Some(new PostgresServer(programs))
    val places = Seq(here.ports, Ports.free())
    val join = places.map(ports => s"127.0.0.1:${ports.akka}").mkString(",")
    val urls = places.map(ports => s"http://127.0.0.1:${ports.http}").mkString(",")
    pair = new Pair(
      number => here.start("env" +: variables(number, places(number)) :+ here.sheaf :+ "coordinator": _*),
      arguments => here.start(Seq("env", s"SHEAF_CLUSTER=$urls", here.sheaf) ++ arguments: _*),
      here
    )
    here.start(here.sheaf, "worker", "--slots", "2", "--join", join).awaitLine("Registered with the coordinator")
  }

  override def afterAll(): Unit = {
    here.close()
    server.foreach(_.close())
  }

  private def variables(number: Int, ports: Ports): Seq[String] = Seq(
    s"SHEAF_COORDINATOR_HTTP_PORT=${ports.http}",
    s"SHEAF_COORDINATOR_SESSION_PORT=${ports.session}",
    s"SHEAF_COORDINATOR_AKKA_PORT=${ports.akka}",
    s"SHEAF_DATA_DIR=${here.folder.resolve(s"data$number")}",
    s"SHEAF_JOURNAL_URL=${server.get.url}",
    "SHEAF_JOURNAL_USER=sheaf"
  )

  private def database: PostgresServer = {
    assume(server.isDefined, "there is no PostgreSQL here: no initdb in /usr/lib/postgresql or the PATH")
    server.get
  }

  private def within(seconds: Int, work: Work): Double = {
    val (taken, first) = work.awaitNext()
    info(f"another was ready after $taken%.2f s, and a result came after $first%.2f s")
    assert(first < seconds, pair.report)
    first
  }

  /** From the signal to the next result, in each of ten changes. */
  private def tenTimes(signal: String): Seq[Double] = (1 to 10).map { _ =>
    val work = pair.work(120)
    work.begin()
    pair.active.signal(signal)
    val first = within(10, work)
    pair.change()
    work.assertExact()
    first
  }

  private def tell(what: String, seconds: Seq[Double]): Unit = {
    val sorted = seconds.sorted
    info(f"$what: a result after ${sorted.head}%.2f to ${sorted.last}%.2f s, median ${sorted(sorted.size / 2)}%.2f s")
  }

  test("who stands by takes over from one that was killed, and no result is lost or doubled") {
    database
    val work = pair.work(120)
    work.begin()
    pair.active.signal("KILL")
    within(10, work): Unit
    pair.change()
    work.assertExact()
  }

  test("who is told to end hands over") {
    database
    val work = pair.work(120)
    work.begin()
    val before = pair.active
    before.signal("TERM")
    within(10, work): Unit
    assert(before.awaitEnd(30).exitCode == 0, before.report)
    pair.change()
    work.assertExact()
  }

  test("who was frozen while another took over ends when it goes on, and has written nothing") {
    val postgres = database
    val work = pair.work(200)
    work.begin()
    val frozen = pair.active
    frozen.signal("STOP")
    within(10, work): Unit
    work.assertExact()
    val all = "SELECT (SELECT epoch || holder FROM leader), COUNT(*), MAX(number), MD5(STRING_AGG(number || ' '" +
      " || ENCODE(head, 'hex') || size, ',' ORDER BY number)) FROM entry"
    // The items of what is over are dropped right then.
    here.await("nothing is written any more")(postgres.query(all) == { here.pause(300); postgres.query(all) })
    val written = postgres.query(all)
    frozen.signal("CONT")
    assert(frozen.awaitEnd(20).exitCode == 1, frozen.report)
    assert(frozen.errors.exists(_.contains("The coordinator ends at once")), frozen.report)
    assert(postgres.query(all) == written)
    pair.change()
    assert(pair.sheaf("jobs").exitCode == 0)
  }

  test("when the database is away the one at work ends, and when it is back another goes on") {
    val postgres = database
    val work = pair.work(120)
    work.begin()
    val before = pair.active
    postgres.stop()
    assert(before.awaitEnd(30).exitCode == 1, before.report)
    assert(before.errors.exists(_.contains("The coordinator")), before.report)
    assert(pair.standby.isAlive && !pair.standby.errors.exists(_.contains("Coordinator ready")), pair.standby.report)
    postgres.startAgain()
    work.countFromNow()
    within(20, work): Unit
    work.assertExact()
    pair.change()
  }

  test("ten that are killed and ten that are told to end, one after the other", Endurance) {
    database
    tell("killed", tenTimes("KILL"))
    tell("told to end", tenTimes("TERM"))
  }
}
