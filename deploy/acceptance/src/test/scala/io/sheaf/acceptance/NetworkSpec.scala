package io.sheaf.acceptance

import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit.NANOSECONDS
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** A coordinator, two workers and at times a client on hosts of their own, with TLS and a token, sharing no directory
  * with the client; and what becomes of a job when the network between them is cut.
  */
class NetworkSpec extends AnyFunSuite with BeforeAndAfterAll {
  private val hosts = 4
  private lazy val trouble = Network.trouble
  private lazy val here = new Installation
  private lazy val network = new Network(hosts)
  private lazy val certificates = new Certificates(here.folder, "own")
  private var coordinator: Running = _
  private var foreign: Running = _
  private var unknown: Running = _
  private var tasks: Path = _

  override def beforeAll(): Unit = if (trouble.isEmpty) {
    network.open()
    tasks = UserCode.jar(here, "Traces", Traced.source)
    coordinator = start(1, own(1), "coordinator", "--bind", "0.0.0.0", "--advertise", network.address(1))
    val workers = Seq(2, 3).map(host => start(host, own(host), workerAt(host): _*))
    foreign = start(1, new Certificates(here.folder, "foreign").environment(network.address(1)), workerAt(1): _*)
    unknown = start(2, own(2) + ("SHEAF_TOKEN" -> "wrong"), workerAt(2): _*)
    coordinator.awaitLine("Coordinator ready")
    workers.foreach(_.awaitLine("Registered with the coordinator"))
  }

  override def afterAll(): Unit = if (trouble.isEmpty) {
    try here.close()
    finally network.close()
  }

  private def own(host: Int) = certificates.environment(network.address(host))

  private def workerAt(host: Int) = Seq("worker", "--bind", network.address(host), "--slots", "1")

  /** On that host, with a home of its own; the client's files are the client's alone. */
  private def start(host: Int, credentials: Map[String, String], arguments: String*): Running = {
    val home = Files.createDirectories(here.folder.resolve(s"host$host"))
    val environment = Map(
      "HOME" -> home.toString,
      "JAVA_TOOL_OPTIONS" -> s"-Duser.home=$home",
      "SHEAF_TOKEN" -> "only for this test",
      "SHEAF_CA" -> certificates.authority.toString,
      "SHEAF_CLUSTER" -> s"https://${network.address(1)}:8520",
      "SHEAF_COORDINATOR_HTTP_PORT" -> "8520",
      "SHEAF_COORDINATOR_SESSION_PORT" -> "8521",
      "SHEAF_COORDINATOR_AKKA_PORT" -> "25520",
      "SHEAF_WORKER_JOIN" -> network.address(1)
    ) ++ credentials
    val isClient = !Set("coordinator", "worker").contains(arguments.head)
    // A mount that this process alone sees.
    val hide = Seq("sh", "-c", s"mount -t tmpfs none '${tasks.getParent}' && exec \"$$@\"", "sh")
    val variables = "env" +: environment.map { case (name, value) => s"$name=$value" }.toSeq
    here.start(network.on(host) ++ (if (isClient) Seq() else hide) ++ variables ++ (here.sheaf +: arguments): _*)
  }

  private def client(arguments: String*): Running = clientAt(1, arguments: _*)

  private def clientAt(host: Int, arguments: String*): Running = start(host, Map(), arguments: _*)

  private def sheaf(arguments: String*): Running = client(arguments: _*).awaitEnd(120)

  private def assumeNetwork(): Unit = assume(trouble.isEmpty, trouble.getOrElse(""))

  private def busy: Seq[String] =
    "\"busy\":\\d+".r.findAllIn(sheaf("workers", "--json").lines.mkString).toSeq

  private def traced(name: String, count: Int): Traced =
    new Traced(
      here.folder.resolve(name),
      count,
      items => client(Seq("map", "Traces::quick", "--jar", tasks.toString) ++ items: _*)
    )

  test("code and items reach workers that share nothing with the client") {
    assumeNetwork()
    val run = sheaf("map", "Traces::whence", "--jar", tasks.toString, "--range", "1..40")
    assert(run.exitCode == 0 && run.lines.size == 40, run.report)
    val jars = run.lines.map(Path.of(_)).toSet
    assert(jars.forall(jar => Seq(2, 3).exists(host => jar.startsWith(here.folder.resolve(s"host$host")))), jars)
    assert(jars.size == 2, s"each worker has its own copy of the code: $jars")
  }

  test("a network that is away for 3 s costs nothing: no worker is lost, and no item runs twice") {
    assumeNetwork()
    val job = traced("blip", 100)
    job.awaitBegin()
    network.cut(2)
    here.pause(3000)
    network.heal(2)
    job.assertExact()
    assert(job.executions == Map(1 -> 100))
    assert(!coordinator.errors.exists(_.contains("nothing was heard")), coordinator.report)
    here.await("both workers are free")(busy == Seq.fill(2)("\"busy\":0"))
  }

  test("after 10 s without network a worker was lost, its items ran elsewhere, and it is back") {
    assumeNetwork()
    val job = traced("cut", 140)
    job.awaitBegin()
    val from = System.nanoTime
    network.cut(3)
    coordinator.awaitLine("nothing was heard of it for 6 s", 15)
    val lostAfter = NANOSECONDS.toMillis(System.nanoTime - from)
    here.pause(10000 - lostAfter)
    network.heal(3)
    val healed = System.nanoTime
    job.assertExact()
    here.await("both workers are back, and free")(busy == Seq.fill(2)("\"busy\":0"))
    info(s"lost after $lostAfter ms; back and free ${NANOSECONDS.toMillis(System.nanoTime - healed)} ms after the cut")
    info(s"executions: ${job.executions}")
    assert(job.executions.keys.forall(_ <= 2) && job.executions(1) >= 130)
    val next = sheaf("map", "Traces::whence", "--jar", tasks.toString, "--range", "1..40")
    assert(next.exitCode == 0 && next.lines.toSet.size == 2, next.report)
  }

  test("a coordinator that was cut off from all its workers for 60 s has them back, and every result once", Endurance) {
    assumeNetwork()
    val job = traced("long", 400)
    job.awaitBegin()
    Seq(2, 3).foreach(network.cut)
    here.pause(60000)
    Seq(2, 3).foreach(network.heal)
    job.assertExact()
    here.await("both workers are back, and free")(busy == Seq.fill(2)("\"busy\":0"))
    info(s"executions: ${job.executions}")
  }

  test("a client on another host that is stopped for 5 s loses nothing, and one whose host vanishes stops its job") {
    assumeNetwork()
    val paused = new Traced(
      here.folder.resolve("paused"),
      150,
      items => clientAt(4, Seq("map", "Traces::quick", "--jar", tasks.toString) ++ items: _*)
    )
    paused.awaitBegin()
    paused.running.signal("STOP")
    here.pause(5000)
    paused.running.signal("CONT")
    paused.assertExact()
    assert(paused.executions == Map(1 -> 150))
    assert(!coordinator.errors.exists(_.contains("Nothing was heard of the client")), coordinator.report)

    val ticks = Ticks(here.folder.resolve("vanished"))
    val jar = UserCode.jar(here, "Ticking", Ticks.source).toString
    clientAt(4, "map", "Ticking::run", "--jar", jar, ":::", s"sleeping:${ticks.file}"): Unit
    here.await("it ticks")(ticks.count > 10)
    val at = System.currentTimeMillis
    network.cut(4)
    coordinator.awaitLine("Nothing was heard of the client", 20)
    here.await("both workers are free")(busy == Seq.fill(2)("\"busy\":0"))
    info(s"last tick ${ticks.last - at} ms after the host vanished")
    assert(ticks.last - at < 10500)
    network.heal(4)
  }

  test("a worker with another authority's certificate has not got in, and one with a wrong token was told so") {
    assumeNetwork()
    foreign.awaitLine("Waiting for the coordinator")
    assert(foreign.isAlive && busy.size == 2)
    assert(unknown.awaitEnd(10).exitCode == 1, unknown.report)
    assert(unknown.errors.exists(_.contains("the token is missing or wrong; set SHEAF_TOKEN")), unknown.report)
  }
}
