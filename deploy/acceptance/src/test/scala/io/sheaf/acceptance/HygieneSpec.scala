package io.sheaf.acceptance

import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit.NANOSECONDS
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** Items that fail, hang, leak or kill their process, and what that does to their neighbours: nothing. */
class HygieneSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private lazy val sheaf = new Commands(here)
  private var tasks = ""

  override def beforeAll(): Unit = {
    here.startCoordinator(): Unit
    here.startWorker(3): Unit
    tasks = UserCode.jar(here, "Prone", HygieneSpec.tasks).toString
  }

  override def afterAll(): Unit = here.close()

  /** Where a job runs, what says so on the command line, and when that is tested. */
  private val backEnds =
    Seq(("on a cluster", Nil, Nil), ("on processes of this machine", Seq("--local", "3"), Seq(Endurance)))

  private def forEachBackEnd(promise: String)(story: (Seq[String], String) => Unit): Unit =
    backEnds.foreach { case (where, options, tags) =>
      test(s"$promise, $where", tags: _*) {
        story(options, where.replace(' ', '-'))
        sheaf.awaitFree(workers = 1)
        here.await("the local node is gone")(!here.marked.exists(here.commandLine(_).contains("NodeMain")))
      }
    }

  private def map(method: String, options: String*): Running =
    sheaf(Seq("map", s"Prone::$method", "--jar", tasks, "--quiet", "--json") ++ options: _*)

  private def results(run: Running): Seq[String] =
    run.lines.flatMap(""""result":(.*)}""".r.findFirstMatchIn(_)).map(_.group(1))

  /** The only failure, and how often its item was tried. */
  private def failure(run: Running): (String, Int) = {
    val failures = run.lines.filter(_.contains(""""error":"""))
    assert(failures.size == 1, run.report)
    val attempts = """"attempts":(\d+)""".r.findFirstMatchIn(failures.head).get.group(1).toInt
    (failures.head, attempts)
  }

  /** Items that count how often they are run, each in its file. */
  private def files(name: String, count: Int): Seq[String] = {
    val folder = Files.createDirectory(here.folder.resolve(name))
    (1 to count).map(number => folder.resolve(number.toString).toString)
  }

  private def runsOf(item: String): Long = if (Files.exists(Path.of(item))) Files.size(Path.of(item)) else 0

  forEachBackEnd("a process is replaced after so many tasks, and no result is lost") { (options, _) =>
    val run = map("pid", options ++ Seq("--max-tasks-per-process", "10", "--range", "1..100"): _*)
    assert(run.exitCode == 0, run.report)
    val processes = results(run).groupBy(identity).view.mapValues(_.size).toMap
    info(s"${processes.size} processes")
    assert(results(run).size == 100 && processes.values.forall(_ <= 10) && processes.size >= 10)
  }

  forEachBackEnd("an item that runs out of memory fails and takes its process with it, and no neighbour") {
    (options, _) =>
      val run = map("greedy", options ++ Seq("--range", "1..30"): _*)
      assert(run.exitCode == 1 && results(run).size == 29, run.report)
      assert(failure(run)._1.contains("OutOfMemoryError"), run.report)
      assert(!results(run).exists(_.endsWith(" x\"")), "nothing runs in a process whose memory had run out")
  }

  forEachBackEnd("an item that kills its process is given up after three deaths, and its neighbours succeed") {
    (options, where) =>
      val items = files(s"poison-$where", 20)
      val run = map("halts", (options :+ ":::") ++ items: _*)
      assert(run.exitCode == 1 && results(run).size == 19, run.report)
      val (why, attempts) = failure(run)
      assert(attempts == 3 && why.contains("code 9"), run.report)
      assert(runsOf(items(3)) == 3)
      info(
        s"runs of the neighbours: ${items.patch(3, Nil, 1).map(runsOf).groupBy(identity).view.mapValues(_.size).toMap}"
      )
  }

  forEachBackEnd("an item that throws is tried again as often as was asked for") { (options, where) =>
    val items = files(s"flaky-$where", 5)
    val good = map("flaky", options ++ Seq("--retries", "2", "--retry-backoff", "50ms", ":::") ++ items: _*)
    assert(good.exitCode == 0 && results(good).size == 5, good.report)
    assert(items.map(runsOf) == Seq(3, 1, 1, 1, 1), good.report)
    val others = files(s"too-flaky-$where", 5)
    val bad = map("flaky", options ++ Seq("--retries", "1", "--retry-backoff", "50ms", ":::") ++ others: _*)
    assert(bad.exitCode == 1 && failure(bad)._2 == 2, bad.report)
    assert(others.map(runsOf) == Seq(2, 1, 1, 1, 1), bad.report)
  }

  forEachBackEnd("an item that takes too long is stopped, whatever it does, and its neighbours keep their results") {
    (options, where) =>
      val items = files(s"slow-$where", 20)
      val from = System.nanoTime
      val run = map("loops", options ++ Seq("--timeout", "1s", ":::") ++ items: _*)
      info(s"ended after ${NANOSECONDS.toMillis(System.nanoTime - from)} ms")
      assert(run.exitCode == 1 && results(run).size == 19, run.report)
      assert(failure(run)._1.contains("ran longer than 1.0 s and was stopped"), run.report)
      assert(items.patch(3, Nil, 1).forall(runsOf(_) == 1), "no neighbour ran twice")
      val ticks = runsOf(items(3))
      assert(map("pid", "--range", "1..3").exitCode == 0)
      assert(runsOf(items(3)) == ticks)
  }

  forEachBackEnd("after more failures than allowed the rest of the job is cancelled") { (options, where) =>
    val items = files(s"failing-$where", 200)
    val run = map("fails", options ++ Seq("--max-fails", "3", "--chunk-size", "1", ":::") ++ items: _*)
    val failed = run.lines.count(_.contains(""""error":"""))
    info(s"$failed failures were told, ${items.count(runsOf(_) > 0)} of 200 items had begun")
    assert(run.exitCode != 0 && items.count(runsOf(_) > 0) < 100, run.report)
  }

  test("an initializer that fails fails the job with its cause, after a few processes and not a storm") {
    val log = here.folder.resolve("initialized")
    val classes = UserCode.compile(here, "Initialized", HygieneSpec.initialized)
    val classPath = s"$classes:${UserCode.clientClassPath(here)}"
    val program = here.run("java", "-cp", classPath, "Initialized", log.toString)
    assert(program.exitCode == 0, program.report)
    assert(program.lines.size == 3, program.report)
    assert(program.lines.head.contains("no licence here"), program.report)
    assert(program.lines(1) == "good: 20 true", program.report)
    assert(program.lines(2) == "next: [2, 3]", program.report)
    val starts = Files.size(log)
    info(s"$starts processes tried the initializer")
    assert(starts >= 1 && starts <= 9)
    sheaf.awaitFree(workers = 1)
  }
}

object HygieneSpec {
  val tasks: String =
    """import java.io.FileOutputStream;
      |import java.nio.file.Files;
      |import java.nio.file.Path;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.TimeUnit;
      |
      |public class Prone {
      |    private static boolean spoilt;
      |
      |    public static long pid(long item) throws Exception {
      |        pause(5);
      |        return ProcessHandle.current().pid();
      |    }
      |
      |    public static String greedy(long item) throws Exception {
      |        pause(5);
      |        if (item == 7) {
      |            spoilt = true;
      |            return "" + new long[Integer.MAX_VALUE - 8].length;
      |        }
      |        return item + (spoilt ? " x" : "");
      |    }
      |
      |    public static String halts(Path item) throws Exception {
      |        count(item);
      |        pause(5);
      |        if (item.endsWith("4")) {
      |            Runtime.getRuntime().halt(9);
      |        }
      |        return item.toString();
      |    }
      |
      |    public static long flaky(Path item) throws Exception {
      |        count(item);
      |        if (item.endsWith("1") && Files.size(item) < 3) {
      |            throw new IllegalStateException("not yet");
      |        }
      |        return Files.size(item);
      |    }
      |
      |    public static String loops(Path item) throws Exception {
      |        count(item);
      |        pause(5);
      |        while (item.endsWith("4")) {
      |            count(item);
      |        }
      |        return item.toString();
      |    }
      |
      |    public static String fails(Path item) throws Exception {
      |        count(item);
      |        pause(20);
      |        throw new IllegalArgumentException("never good");
      |    }
      |
      |    private static void count(Path item) throws Exception {
      |        try (FileOutputStream out = new FileOutputStream(item.toFile(), true)) {
      |            out.write('.');
      |        }
      |    }
      |
      |    private static void pause(long millis) throws InterruptedException {
      |        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
      |    }
      |}
      |""".stripMargin

  val initialized: String =
    """import io.sheaf.JobOptions;
      |import io.sheaf.Pool;
      |import io.sheaf.TaskFailedException;
      |import java.io.FileOutputStream;
      |import java.util.List;
      |import java.util.stream.IntStream;
      |
      |public class Initialized {
      |    private static boolean ready;
      |
      |    public static void main(String[] files) throws Exception {
      |        String file = files[0];
      |        try (Pool pool = Pool.connect()) {
      |            Pool failing = pool.with(JobOptions.defaults().withInitializer(() -> {
      |                try (FileOutputStream out = new FileOutputStream(file, true)) {
      |                    out.write('.');
      |                }
      |                throw new IllegalStateException("no licence here");
      |            }));
      |            try {
      |                failing.map(n -> n, range(1000));
      |                System.out.println("no failure");
      |            } catch (RuntimeException e) {
      |                String text = "";
      |                for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      |                    text += cause + "; ";
      |                }
      |                System.out.println(text.replace('\n', ' '));
      |            }
      |            Pool prepared = pool.with(JobOptions.defaults().withInitializer(() -> {
      |                ready = true;
      |            }));
      |            List<Boolean> found = prepared.map(n -> ready, range(20));
      |            System.out.println("good: " + found.size() + " " + !found.contains(false));
      |            System.out.println("next: " + pool.map(n -> n + 1, List.of(1, 2)));
      |        }
      |    }
      |
      |    private static List<Integer> range(int count) {
      |        return IntStream.range(0, count).boxed().toList();
      |    }
      |}
      |""".stripMargin
}
