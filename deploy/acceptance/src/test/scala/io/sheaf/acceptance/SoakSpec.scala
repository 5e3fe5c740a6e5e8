package io.sheaf.acceptance

import java.nio.file.{Files, Path}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._
import scala.util.Random

/** Work of all sorts for long, while executors are killed: every result is right, and nothing grows. */
class SoakSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation(optimised = true)
  private lazy val sheaf = new Commands(here)

  override def afterAll(): Unit = here.close()

  /** What a process holds: resident MiB, threads, open files. */
  private case class Held(megabytes: Long, threads: Long, files: Long)

  private def held(process: Running): Held = {
    val proc = Path.of("/proc", process.pid.toString)
    val status = Files.readAllLines(proc.resolve("status")).asScala
    def field(name: String): Long = status.find(_.startsWith(name + ":")).get.replaceAll("\\D", "").toLong
    Held(field("VmRSS") >> 10, field("Threads"), proc.resolve("fd").toFile.list.length.toLong)
  }

  private def median(values: Seq[Long]): Long = values.sorted.apply(values.size / 2)

  for ((seconds, tags) <- Seq(12 -> Nil, 600 -> Seq(Endurance)))
    test(
      s"$seconds s of mixed work, with an executor killed every 5 s, leave all results right and all sizes flat",
      tags: _*
    )(
      soak(seconds)
    )

  private def soak(seconds: Int): Unit = {
    val classPath = s"${UserCode.compile(here, "Mixed", SoakSpec.source)}:${UserCode.clientClassPath(here)}"
    val coordinator = here.startCoordinator()
    val workers = Seq.fill(2)(here.startWorker(1))
    val program = here.start("java", "-Xmx256m", "-cp", classPath, "Mixed", seconds.toString)
    val seed = System.nanoTime
    info(s"seed $seed")
    val random = new Random(seed)
    var kills = 0
    var samples = Map.empty[Running, Vector[Held]].withDefaultValue(Vector.empty)
    while (program.isAlive) {
      here.pause(5000)
      val executors = here.executors
      if (executors.nonEmpty) {
        here.signal(executors(random.nextInt(executors.size)).pid, "KILL")
        kills += 1
      }
      (coordinator +: workers).foreach(process => samples += process -> (samples(process) :+ held(process)))
      assert(samples(coordinator).size < seconds / 5 + 24, program.report)
    }
    assert(
      program.awaitEnd(60).exitCode == 0 && program.lines.lastOption.exists(_.startsWith("right: ")),
      program.report
    )
    info(s"${program.lines.last}; executors killed: $kills")
    sheaf.awaitFree(workers.size)
    (Seq("coordinator", "worker", "worker") zip (coordinator +: workers)).foreach { case (name, process) =>
      // What comes before is warm-up: caches, compiled code, the heap's first growth.
      val late = samples(process).drop(samples(process).size / 3)
      val (middle, last) = late.splitAt(late.size / 2)
      Seq[(String, Held => Long, Double)](
        ("MiB", _.megabytes, 1.15),
        ("threads", _.threads, 1.1),
        ("open files", _.files, 1.1)
      ).foreach { case (what, of, growth) =>
        val (before, after) = (median(middle.map(of)), median(last.map(of)))
        info(s"$name, $what: $before, then $after")
        if (seconds >= 60) assert(after <= before * growth + 4, s"$name: $what")
      }
    }
    (workers :+ coordinator).foreach { process =>
      process.signal("TERM")
      assert(process.awaitEnd(30).exitCode == 0, process.report)
    }
    here.awaitNoProcess()
  }
}

object SoakSpec {

  /** Everything that a program does with a pool, in turns, for so many seconds; ends with 1 at the first wrong result.
    */
  private val source: String =
    """import io.sheaf.JobOptions;
      |import io.sheaf.Pool;
      |import io.sheaf.Workload;
      |import java.util.ArrayList;
      |import java.util.Arrays;
      |import java.util.List;
      |import java.util.concurrent.CompletableFuture;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.TimeUnit;
      |import java.util.stream.IntStream;
      |
      |public class Mixed {
      |    static int slow(int item) throws InterruptedException {
      |        new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
      |        return -item;
      |    }
      |
      |    static byte[] turned(byte[] bytes) {
      |        bytes[0]++;
      |        return bytes;
      |    }
      |
      |    static void check(boolean right, String what) {
      |        if (!right) {
      |            System.out.println("wrong: " + what);
      |            System.exit(1);
      |        }
      |    }
      |
      |    public static void main(String[] args) throws Exception {
      |        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[0]));
      |        long rounds = 0;
      |        try (Pool pool = Pool.connect()) {
      |            for (; System.nanoTime() < end; rounds++) {
      |                List<Integer> items = IntStream.range(0, 20_000).boxed().toList();
      |                check(pool.map(x -> x + 1, items).equals(items.stream().map(x -> x + 1).toList()), "map");
      |                List<Integer> few = items.subList(0, 100);
      |                check(pool.map(Mixed::slow, few).equals(few.stream().map(x -> -x).toList()), "slow");
      |                Pool waiting = pool.with(JobOptions.defaults().withWorkload(Workload.IO));
      |                check(waiting.map(Mixed::slow, few).equals(few.stream().map(x -> -x).toList()), "io");
      |                List<byte[]> large = IntStream.range(0, 8).mapToObj(i -> new byte[1 << 20]).toList();
      |                List<byte[]> turned = pool.map(Mixed::turned, large);
      |                check(turned.stream().allMatch(bytes -> bytes.length == 1 << 20 && bytes[0] == 1), "large");
      |                List<CompletableFuture<Integer>> calls = new ArrayList<>();
      |                for (int i = 0; i < 300; i++) {
      |                    int number = i;
      |                    calls.add(pool.submit(() -> number * number));
      |                }
      |                for (int i = 0; i < 300; i++) {
      |                    check(calls.get(i).get(60, TimeUnit.SECONDS) == i * i, "submit");
      |                }
      |                long failed = pool.mapOutcomes(x -> 1 / (x % 2), few).stream().filter(o -> !o.succeeded()).count();
      |                check(failed == 50, "outcomes");
      |            }
      |        }
      |        System.out.println("right: " + rounds + " rounds");
      |    }
      |}
      |""".stripMargin
}
