package io.sheaf.acceptance

import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite
import scala.util.Random

/** Long and many faults: whatever dies how often, the results are exact, and all slots are free afterwards. */
class EnduranceSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation(optimised = true)
  private lazy val sheaf = new Commands(here)
  private var tasks = ""
  private var ticking = ""
  private var coordinator: Running = _
  private var workers: Seq[Running] = Nil

  override def beforeAll(): Unit = {
    tasks = UserCode.jar(here, "Traces", Traced.source).toString
    ticking = UserCode.jar(here, "Ticking", Ticks.source).toString
    coordinator = here.startCoordinator()
    workers = Seq.fill(3)(here.startWorker(2))
  }

  override def afterAll(): Unit = here.close()

  private def traced(name: String, count: Int, options: String*): Traced =
    new Traced(
      here.folder.resolve(name),
      count,
      items => here.start(Seq(here.sheaf, "map", "Traces::quick", "--jar", tasks) ++ options ++ items: _*)
    )

  test("a worker that is frozen for 30 s comes back, and none of its late results is doubled", Endurance) {
    val job = traced("frozen", 1500)
    job.awaitBegin()
    val frozen = workers.head
    frozen.signal("STOP")
    coordinator.awaitLine("nothing was heard of it for 6 s")
    here.pause(24000)
    frozen.signal("CONT")
    job.assertExact(120)
    info(s"items by how often they were begun: ${job.executions}")
    assert(job.executions.keys.max <= 2)
    sheaf.awaitFree(workers.size)
  }

  private val chaos = Seq((8, 400, Nil), (60, 3000, Seq(Endurance)))

  for ((seconds, items, tags) <- chaos)
    test(s"executors and workers that are killed and frozen at random for $seconds s change no result", tags: _*)(
      survive(seconds, items)
    )

  private def survive(seconds: Int, items: Int): Unit = {
    val seed = System.nanoTime
    info(s"seed $seed")
    val random = new Random(seed)
    val job = traced(s"chaos-$seconds", items)
    job.awaitBegin()
    var faults = Map.empty[String, Int].withDefaultValue(0)
    val end = System.nanoTime + seconds * 1000000000L
    while (System.nanoTime < end && job.running.isAlive) {
      here.pause((-2000 * math.log(1 - random.nextDouble())).toLong)
      val what = random.nextInt(10)
      val executors = here.executors.map(_.pid)
      if (what < 2) {
        val worker = workers(random.nextInt(workers.size))
        worker.signal("KILL")
        workers = workers.filterNot(_ == worker) :+ here.startWorker(2)
        faults += "worker killed" -> (faults("worker killed") + 1)
      } else if (what < 4) {
        val worker = workers(random.nextInt(workers.size))
        worker.signal("STOP")
        here.pause(random.nextInt(9000).toLong)
        worker.signal("CONT")
        faults += "worker frozen" -> (faults("worker frozen") + 1)
      } else if (executors.nonEmpty) {
        val signal = Seq("KILL", "TERM", "SEGV")(random.nextInt(3))
        here.signal(executors(random.nextInt(executors.size)), signal)
        faults += signal -> (faults(signal) + 1)
      }
    }
    info(s"faults: $faults")
    job.assertExact(300)
    info(s"items by how often they were begun: ${job.executions}")
    sheaf.awaitFree(workers.size)
    here.await("no executor is without its worker")(!here.executors.exists(here.isOrphan))
  }

  test("jobs that are cancelled one after the other, forty times, leave nothing", Endurance) {
    (1 to 40).foreach { number =>
      val ticks = Ticks(here.folder.resolve(s"ticks-$number"))
      val kind = Seq("sleeping", "looping", "child", "native", "threads")(number % 5)
      val id = sheaf.submit("Ticking::run", "--jar", ticking, ":::", s"$kind:${ticks.file}")
      here.await("it ticks")(ticks.count > 0)
      assert(sheaf("cancel", id).exitCode == 0)
      sheaf.awaitState(id, "CANCELLED")
    }
    sheaf.awaitFree(workers.size)
    assert(here.executors.size <= (2 + 1) * workers.size)
    assert(!here.marked.exists(here.commandLine(_).contains("sleep 1000")))
    val job = traced("after", 60)
    job.assertExact()
    assert(job.executions == Map(1 -> 60))
  }
}
