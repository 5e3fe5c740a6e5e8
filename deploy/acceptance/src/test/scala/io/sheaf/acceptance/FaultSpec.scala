package io.sheaf.acceptance

import java.nio.file.Files
import java.util.concurrent.TimeUnit.NANOSECONDS
import org.scalatest.{BeforeAndAfterAll, Outcome}
import org.scalatest.funsuite.AnyFunSuite

/** Processes of a cluster die, freeze and leave in mid-job: the results are exact, and all slots are free afterwards.
  */
class FaultSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private lazy val sheaf = new Commands(here)
  private var tasks = ""
  private var ticking = ""
  private var coordinator: Running = _
  private var workers: Seq[Running] = Nil

  override def beforeAll(): Unit = {
    tasks = UserCode.jar(here, "Traces", Traced.source).toString
    ticking = UserCode.jar(here, "Ticking", Ticks.source).toString
    coordinator = here.startCoordinator()
    workers = Seq.fill(3)(here.start(here.sheaf, "worker", "--slots", "2"))
    workers.foreach(_.awaitLine("Registered with the coordinator"))
  }

  override def afterAll(): Unit = here.close()

  /** What has failed here may lie with any of them. */
  override def withFixture(test: NoArgTest): Outcome = {
    val outcome = super.withFixture(test)
    if (outcome.isFailed) {
      (coordinator +: workers).foreach { process =>
        System.err.println(process.report)
        process.dumpStacks()
      }
    }
    outcome
  }

  private def traced(
      name: String,
      count: Int,
      method: String = "quick",
      options: Seq[String] = Nil,
      prefix: Seq[String] = Nil
  ): Traced =
    new Traced(
      here.folder.resolve(name),
      count,
      items => here.start(prefix ++ Seq(here.sheaf, "map", s"Traces::$method", "--jar", tasks) ++ options ++ items: _*)
    )

  private def end(process: Running): Unit = {
    process.signal("TERM")
    assert(process.awaitEnd(30).exitCode == 0, process.report)
  }

  private def lossesSaid: Seq[String] = coordinator.errors.filter(_.contains("was lost"))

  private def millisSince(from: Long): Long = NANOSECONDS.toMillis(System.nanoTime - from)

  test("long garbage collections, full processors and a flood of large results lose no worker") {
    val classes = UserCode.compile(here, "Heavy", FaultSpec.heavy)
    val program = here.start("java", "-Xmx512m", "-cp", s"$classes:${UserCode.clientClassPath(here)}", "Heavy")
    assert(program.awaitEnd(90).exitCode == 0, program.report)
    assert(program.lines == Seq("megabytes: 400", "collected: 2", "burnt: 8"), program.report)
    assert(lossesSaid.isEmpty, coordinator.report)
    sheaf.awaitFree(workers.size)
  }

  test("executors that are killed, told to end, or frozen for a while cost what they had under way at most") {
    val job = traced("executors", 120)
    job.awaitBegin()
    here.await("all executors run")(here.executors(tasks).size == 6)
    val executors = here.executors(tasks).map(_.pid)
    here.signal(executors(0), "KILL")
    here.signal(executors(1), "TERM")
    here.signal(executors(2), "STOP")
    here.pause(1500)
    here.signal(executors(2), "CONT")
    job.assertExact()
    info(s"items by how often they were begun: ${job.executions}")
    // The item that ran, and one whose result had not left the process; twice, for two that ended.
    assert(job.executions.keys.max <= 2 && job.executions.getOrElse(2, 0) <= 4)
    assert(lossesSaid.isEmpty, coordinator.report)
    sheaf.awaitFree(workers.size)
  }

  test("a frozen executor is killed when its job is cancelled") {
    val ticks = Ticks(here.folder.resolve("frozen-ticks"))
    val id = sheaf.submit("Ticking::run", "--jar", ticking, ":::", s"sleeping:${ticks.file}")
    here.await("it ticks")(ticks.count > 0)
    val frozen = here.executors(ticking)
    assert(frozen.size == 1)
    here.signal(frozen.head.pid, "STOP")
    // A signal stops the threads of a process one after the other.
    here.await("it stands still")(here.isStopped(frozen.head.pid))
    val count = ticks.count
    val from = System.nanoTime
    assert(sheaf("cancel", id).exitCode == 0)
    sheaf.awaitState(id, "CANCELLED")
    info(s"cancelled after ${millisSince(from)} ms")
    assert(!frozen.head.isAlive && ticks.count <= count + 1)
    sheaf.awaitFree(workers.size)
  }

  test("a worker that is frozen beyond 6 s is lost, and comes back by itself without doubling a result") {
    val job = traced("freeze", 150)
    job.awaitBegin()
    val frozen = workers.head
    frozen.signal("STOP")
    coordinator.awaitLine("nothing was heard of it for 6 s")
    here.pause(500)
    frozen.signal("CONT")
    job.assertExact()
    info(s"items by how often they were begun: ${job.executions}")
    assert(job.executions.keys.max <= 2)
    sheaf.awaitFree(workers.size)
  }

  test("a client that is frozen gets its results in the end; one that is killed or told to end stops its job") {
    val frozen = traced("client", 60)
    frozen.awaitBegin()
    frozen.running.signal("STOP")
    here.pause(2000)
    frozen.running.signal("CONT")
    frozen.assertExact()
    assert(frozen.executions == Map(1 -> 60))
    Seq("KILL", "TERM").foreach { signal =>
      val ticks = Ticks(here.folder.resolve(s"client-$signal"))
      val item = s"sleeping:${ticks.file}"
      val client = here.start(here.sheaf, "map", "Ticking::run", "--jar", ticking, ":::", item)
      here.await("it ticks")(ticks.count > 0)
      client.signal(signal)
      val at = System.currentTimeMillis
      client.awaitEnd(10): Unit
      sheaf.awaitFree(workers.size)
      info(s"$signal: last tick after ${ticks.last - at} ms")
      assert(ticks.last - at < 2000)
    }
  }

  test("what a killed worker was running runs elsewhere within 2 s") {
    val job = traced("worker", 1, "stay")
    here.await("the item runs")(job.processes(1).size == 1)
    val parent = here.parent(job.processes(1).head)
    val killed = workers.find(worker => parent.contains(worker.pid)).get
    val from = System.nanoTime
    killed.signal("KILL")
    here.await("the item runs elsewhere")(job.processes(1).size == 2)
    info(s"elsewhere after ${millisSince(from)} ms")
    assert(millisSince(from) < 2000)
    Files.createFile(here.folder.resolve("worker").resolve("release"))
    job.assertExact()
    killed.awaitEnd(10): Unit
    workers = workers.filterNot(_ == killed)
    sheaf.awaitFree(workers.size)
    here.await("the executors of the killed worker are gone")(!here.executors.exists(here.isOrphan))
  }

  test("a worker that is told to end in mid-job finishes what it runs, and nothing runs twice") {
    val job = traced("drain", 100)
    job.awaitBegin()
    val from = System.nanoTime
    end(workers.head)
    workers = workers.tail
    info(s"left after ${millisSince(from)} ms")
    job.assertExact()
    assert(job.executions == Map(1 -> 100))
    sheaf.awaitFree(workers.size)
  }

  test("a coordinator that is killed leaves workers that find the next one, and clients that are told") {
    val job = traced("coordinator", 600, prefix = Seq("env", "SHEAF_RECONNECT=1s"))
    job.awaitBegin()
    coordinator.signal("KILL")
    assert(job.running.awaitEnd(30).exitCode == 5, job.running.report)
    coordinator = here.startCoordinator()
    coordinator.awaitLine("has come")
    traced("again", 8).assertExact()
    sheaf.awaitFree(workers.size)
  }

  test("whatever has happened before, a cluster that is told to end leaves no process") {
    (workers :+ coordinator).foreach(end)
    here.awaitNoProcess()
  }
}

object FaultSpec {

  /** Four slots, two of them collecting garbage, then all at work with two threads each, while large results flow. */
  val heavy: String =
    """import io.sheaf.Pool;
      |import io.sheaf.ResultStream;
      |import java.util.ArrayList;
      |import java.util.Collections;
      |import java.util.List;
      |
      |public class Heavy {
      |    public static void main(String[] arguments) throws Exception {
      |        try (Pool pool = Pool.connect()) {
      |            var collected = pool.mapAsync(Heavy::collect, List.of(1, 2));
      |            var burnt = pool.mapAsync(Heavy::burn, Collections.nCopies(8, 1000L));
      |            long bytes = 0;
      |            try (ResultStream<byte[]> results = pool.imapUnordered(n -> new byte[n], Collections.nCopies(50, 8 << 20))) {
      |                while (results.hasNext()) {
      |                    bytes += results.next().length;
      |                }
      |            }
      |            System.out.println("megabytes: " + (bytes >> 20));
      |            System.out.println("collected: " + collected.get().size());
      |            System.out.println("burnt: " + burnt.get().size());
      |        }
      |    }
      |
      |    static int collect(int item) {
      |        List<Object> live = new ArrayList<>();
      |        for (int i = 0; i < 3_000_000; i++) {
      |            live.add(new Object[] {live});
      |        }
      |        for (int i = 0; i < 10; i++) {
      |            System.gc();
      |        }
      |        return live.size();
      |    }
      |
      |    static int burn(long millis) throws Exception {
      |        List<Thread> threads = new ArrayList<>();
      |        for (int i = 0; i < 2; i++) {
      |            Thread thread = new Thread(() -> {
      |                for (long from = System.nanoTime(); System.nanoTime() - from < millis * 1_000_000; ) {}
      |            });
      |            thread.start();
      |            threads.add(thread);
      |        }
      |        for (Thread thread : threads) {
      |            thread.join();
      |        }
      |        return threads.size();
      |    }
      |}
      |""".stripMargin
}
