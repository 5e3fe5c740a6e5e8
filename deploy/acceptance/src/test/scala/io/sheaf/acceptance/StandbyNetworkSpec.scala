package io.sheaf.acceptance

import java.nio.file.Files
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** Two coordinators (hosts 1 and 2), a worker with the client (3) and PostgreSQL (4), each on a host of its own, and
  * what becomes of jobs when two of them do not reach each other.
  */
class StandbyNetworkSpec extends AnyFunSuite with BeforeAndAfterAll {
  private val away = 12000L
  private lazy val programs = PostgresServer.programs
  private lazy val trouble =
    if (programs.isEmpty) Some("there is no PostgreSQL here: no initdb in /usr/lib/postgresql or the PATH")
    else Network.trouble
  private lazy val here = new Installation
  private lazy val network = new Network(4)
  private lazy val certificates = new Certificates(here.folder, "own")
  private var server: PostgresServer = _
  private var pair: Pair = _

  private def open(): Unit = if (server == null) {
    network.open()
    server = new PostgresServer(programs.get, network.address(4), network.on(4))
    pair = new Pair(
      number => start(number + 1, "coordinator", "--bind", "0.0.0.0", "--advertise", network.address(number + 1)),
      arguments => start(3, arguments: _*),
      here
    )
    start(3, "worker", "--bind", network.address(3), "--slots", "2").awaitLine("Registered with the coordinator")
  }

  override def afterAll(): Unit = if (server != null) {
    try here.close()
    finally {
      server.close()
      network.close()
    }
  }

  private def start(host: Int, arguments: String*): Running = {
    val home = Files.createDirectories(here.folder.resolve(s"host$host"))
    val both = Seq(1, 2).map(network.address)
    val environment = Map(
      "HOME" -> home.toString,
      "JAVA_TOOL_OPTIONS" -> s"-Duser.home=$home",
      "SHEAF_TOKEN" -> "only for this test",
      "SHEAF_CA" -> certificates.authority.toString,
      "SHEAF_CLUSTER" -> both.map(address => s"https://$address:8520").mkString(","),
      "SHEAF_COORDINATOR_HTTP_PORT" -> "8520",
      "SHEAF_COORDINATOR_SESSION_PORT" -> "8521",
      "SHEAF_COORDINATOR_AKKA_PORT" -> "25520",
      "SHEAF_JOURNAL_URL" -> server.url,
      "SHEAF_JOURNAL_USER" -> "sheaf",
      "SHEAF_WORKER_JOIN" -> both.mkString(",")
    ) ++ certificates.environment(network.address(host))
    val variables = "env" +: environment.map { case (name, value) => s"$name=$value" }.toSeq
    here.start(network.on(host) ++ variables ++ (here.sheaf +: arguments): _*)
  }

  test("coordinators that do not reach each other go on as before: one leads, the other stands by", Endurance) {
    assume(trouble.isEmpty, trouble.getOrElse(""))
    open()
    val work = pair.work(400)
    work.begin()
    network.cutBetween(1, 2)
    here.pause(away)
    work.assertExact()
    network.healBetween(1, 2)
    assert(pair.active.isAlive && !pair.standby.lines.exists(_.contains("Coordinator ready")), pair.report)
    assert(!pair.standby.errors.exists(_.contains("Coordinator ready")), pair.report)
  }

  test("one that does not reach the database ends, another takes over, and it stands by when it is back", Endurance) {
    assume(trouble.isEmpty, trouble.getOrElse(""))
    open()
    val work = pair.work(300)
    work.begin()
    val before = pair.active
    val from = System.nanoTime
    network.cutBetween(pair.leader + 1, 4)
    assert(before.awaitEnd(15).exitCode == 1, before.report)
    info(f"it ended after ${(System.nanoTime - from) / 1e9}%.1f s")
    assert(before.errors.exists(_.contains("has not been reached for 5 s")), before.report)
    val (taken, first) = work.awaitNext()
    info(f"another was ready after $taken%.2f s, and a result came after $first%.2f s")
    assert(first < 15, pair.report)
    network.healBetween(pair.leader + 1, 4)
    pair.change()
    work.assertExact()
  }

  test("one whose host is cut off from all others ends, and workers and clients go on with another") {
    assume(trouble.isEmpty, trouble.getOrElse(""))
    open()
    val work = pair.work(300)
    work.begin()
    val before = pair.active
    network.cut(pair.leader + 1)
    val (taken, first) = work.awaitNext()
    info(f"another was ready after $taken%.2f s, and a result came after $first%.2f s")
    assert(first < 15, pair.report)
    assert(before.awaitEnd(15).exitCode == 1, before.report)
    network.heal(pair.leader + 1)
    pair.change()
    work.assertExact()
  }
}
