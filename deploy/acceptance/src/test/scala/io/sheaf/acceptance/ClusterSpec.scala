package io.sheaf.acceptance

import java.nio.file.Files
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** A coordinator and two workers as processes of their own, asked from the command line. */
class ClusterSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private var tasks = ""

  override def beforeAll(): Unit = {
    // Workers may come first: they wait for their coordinator.
    val early = here.start(here.sheaf, "worker", "--slots", "1")
    early.awaitLine("looks for the coordinator")
    here.startCoordinator(): Unit
    early.awaitLine("Registered with the coordinator")
    here.startWorker(): Unit
    tasks = UserCode.jar(here, "Tasks", ClusterSpec.tasks).toString
  }

  override def afterAll(): Unit =
    here.close()

  private def sheaf(arguments: String*): Running = here.run(here.sheaf +: arguments: _*)

  test("200 files are summed as an independent computation sums them, in at least two processes") {
    val data = Files.createDirectory(here.folder.resolve("data"))
    val random = new scala.util.Random(4711)
    val expected = (1 to 200).map { number =>
      val values = Seq.fill(50 + random.nextInt(200))(random.nextInt(100000))
      val rows = values.zipWithIndex.map { case (value, row) => s"$row,\"a, \"\"b\"\"\",$value" }
      Files.writeString(data.resolve(f"$number%03d.csv"), ("id,text,value" +: rows).mkString("\r\n"))
      val mean = values.map(_.toDouble).sum / values.size
      val deviation = math.sqrt(values.map(value => math.pow(value - mean, 2)).sum / (values.size - 1))
      (values.size, Seq(values.min.toDouble, values.max.toDouble, mean, deviation))
    }
    val run = sheaf("map", "csv-summary", "--glob", s"$data/*.csv")
    assert(run.exitCode == 0, run.report)
    val found = run.lines.map { line =>
      val rows = """"rows":(\d+)""".r.findFirstMatchIn(line).get.group(1).toInt
      val numbers = Seq("min", "max", "mean", "standardDeviation").map(name => s""""$name":([-\\d.E]+)""").mkString(",")
      val value = (""""name":"value","type":"integer","empty":0,""" + numbers).r.findFirstMatchIn(line).get
      (rows, value.subgroups.map(_.toDouble))
    }
    assert(found.map(_._1) == expected.map(_._1))
    found.zip(expected).foreach { case ((_, is), (_, should)) =>
      is.zip(should).foreach { case (one, other) => assert(math.abs(one - other) <= 1e-9 * math.abs(other)) }
    }
    val pids = sheaf("map", "Tasks::pid", "--jar", tasks, "--range", "1..40")
    assert(pids.exitCode == 0, pids.report)
    assert(pids.lines.size == 40 && pids.lines.toSet.size >= 2, pids.report)
  }

  test("a failing item gives exit code 1 and the others' results") {
    val run = sheaf("map", "Tasks::failsAtThree", "--jar", tasks, "--range", "1..5")
    assert(run.exitCode == 1, run.report)
    assert(run.lines == Seq("1", "2", "4", "5"), run.report)
    assert(run.errors.exists(_.contains("three is too many")), run.report)
  }

  test("what a task prints reaches the terminal of map, and the log of submit") {
    val run = sheaf("map", "Tasks::prints", "--jar", tasks, ":::", "a")
    assert(run.lines == Seq("printed a", "done a") && run.errors.contains("complained a"), run.report)
    val id = sheaf("submit", "Tasks::prints", "--jar", tasks, "--quiet", ":::", "b").lines.head
    assert(sheaf("wait", id).exitCode == 0)
    val logs = sheaf("logs", id)
    assert(logs.lines == Seq("printed b") && logs.errors.contains("complained b"), logs.report)
  }

  test("a missing class is a clear error at submit") {
    val run = sheaf("submit", "com.acme.Missing", "--jar", tasks, ":::", "a")
    assert(run.exitCode == 8 && run.lines.isEmpty, run.report)
    assert(run.errors.size == 1 && run.errors.head.contains("There is no class com.acme.Missing"), run.report)
  }

  test("a process that ends its item three times fails that item alone, with its last words") {
    val run = sheaf("map", "Tasks::exitsAtTwo", "--jar", tasks, "--range", "1..4")
    assert(run.exitCode == 1 && run.lines == Seq("1", "3", "4"), run.report)
    assert(run.errors.exists(line => line.contains("ended its process 3 times") && line.contains("code 7")), run.report)
  }

  test("a cancelled job stops, and says so") {
    val ticks = here.folder.resolve("ticks")
    val id = sheaf("submit", "Tasks::ticks", "--jar", tasks, "--quiet", ":::", ticks.toString).lines.head
    here.await("the task ticks")(Files.exists(ticks) && Files.size(ticks) > 0)
    assert(sheaf("cancel", id).exitCode == 0)
    val ended = sheaf("wait", id)
    assert(ended.exitCode == 7, ended.report)
    val size = Files.size(ticks)
    val other = sheaf("map", "Tasks::pid", "--jar", tasks, "--range", "1..4")
    assert(other.exitCode == 0, other.report)
    assert(Files.size(ticks) == size)
  }

  test("jobs, workers and info can be read by people and by programs") {
    assert(sheaf("jobs").lines.head.contains("STATE"))
    assert(sheaf("jobs", "--json").lines.head.startsWith("[{\"id\":1,"))
    assert(sheaf("workers", "--json").lines.head.split("\"slots\":1").length == 3)
    assert(sheaf("info").lines.mkString.contains("2 workers with 2 slots"))
    assert(sheaf("job", "999999").exitCode == 3)
    assert(here.run("env", "SHEAF_CLUSTER=http://127.0.0.1:1", here.sheaf, "jobs").exitCode == 5)
  }

  test("a result or exception that cannot travel is a failed item, and the next job works") {
    val classes = UserCode.compile(here, "Awkward", ClusterSpec.awkward)
    val program = here.run("java", "-cp", s"$classes:${UserCode.clientClassPath(here)}", "Awkward")
    assert(program.exitCode == 0, program.report)
    assert(
      program.lines == Seq(
        "unserializable result: true",
        "unserializable exception: io.sheaf.RemoteTaskException",
        "original: IllegalStateException no good, remote frame: true",
        "next job: [2, 3, 4]",
        "captured: 42",
        "imap: 499500",
        "unserializable function: true"
      ),
      program.report
    )
  }
}

object ClusterSpec {
  val tasks: String =
    """import java.nio.file.Files;
      |import java.nio.file.Path;
      |import java.nio.file.StandardOpenOption;
      |
      |public class Tasks {
      |    public static long pid(long item) throws Exception {
      |        new java.util.concurrent.CountDownLatch(1).await(20, java.util.concurrent.TimeUnit.MILLISECONDS);
      |        return ProcessHandle.current().pid();
      |    }
      |
      |    public static long slow(long item) throws Exception {
      |        new java.util.concurrent.CountDownLatch(1).await(100, java.util.concurrent.TimeUnit.MILLISECONDS);
      |        return item;
      |    }
      |
      |    public static long failsAtThree(long item) {
      |        if (item == 3) {
      |            throw new IllegalArgumentException("three is too many");
      |        }
      |        return item;
      |    }
      |
      |    public static long exitsAtTwo(long item) {
      |        if (item == 2) {
      |            System.exit(7);
      |        }
      |        return item;
      |    }
      |
      |    public static String prints(String item) {
      |        System.out.println("printed " + item);
      |        System.err.println("complained " + item);
      |        return "done " + item;
      |    }
      |
      |    public static String ticks(Path file) throws Exception {
      |        while (true) {
      |            Files.writeString(file, ".", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      |        }
      |    }
      |}
      |""".stripMargin

  val awkward: String =
    """import io.sheaf.Pool;
      |import io.sheaf.ResultStream;
      |import io.sheaf.TaskFailedException;
      |import java.util.List;
      |import java.util.stream.IntStream;
      |
      |public class Awkward {
      |    static class Unwilling extends RuntimeException {
      |        private final Object lock = new Object();
      |        private final Thread thread = new Thread();
      |    }
      |
      |    public static void main(String[] args) throws Exception {
      |        try (Pool pool = Pool.connect()) {
      |            try {
      |                pool.map(n -> new Object(), List.of(1));
      |            } catch (TaskFailedException e) {
      |                System.out.println("unserializable result: " + e.getMessage().contains("NotSerializableException"));
      |            }
      |            try {
      |                pool.map(n -> { throw new Unwilling(); }, List.of(1));
      |            } catch (TaskFailedException e) {
      |                System.out.println("unserializable exception: " + e.getCause().getClass().getName());
      |            }
      |            try {
      |                pool.map(Awkward::failing, List.of(1));
      |            } catch (TaskFailedException e) {
      |                Throwable cause = e.getCause();
      |                System.out.println("original: " + cause.getClass().getSimpleName() + " " + cause.getMessage()
      |                        + ", remote frame: " + cause.getStackTrace()[0].getMethodName().equals("failing"));
      |            }
      |            System.out.println("next job: " + pool.map(n -> n + 1, List.of(1, 2, 3)));
      |            int captured = 40;
      |            System.out.println("captured: " + pool.submit(() -> captured + 2).get());
      |            long sum = 0;
      |            try (ResultStream<Integer> results = pool.imap(n -> n, () -> IntStream.iterate(0, i -> i + 1).iterator())) {
      |                for (int i = 0; i < 1000; i++) {
      |                    sum += results.next();
      |                }
      |            }
      |            System.out.println("imap: " + sum);
      |            Thread thread = Thread.currentThread();
      |            try {
      |                pool.map(n -> thread.getName() + n, List.of(1));
      |            } catch (IllegalArgumentException e) {
      |                System.out.println("unserializable function: " + e.getMessage().contains("java.lang.Thread"));
      |            }
      |        }
      |    }
      |
      |    static int failing(int n) {
      |        throw new IllegalStateException("no good");
      |    }
      |}
      |""".stripMargin
}
