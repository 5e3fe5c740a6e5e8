package io.sheaf.acceptance

import java.nio.file.{Files, Path}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** Tasks that start tasks and wait for them, however many slots there are, and what becomes of these when those end
  * before their time.
  */
class NestedSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private lazy val classes = UserCode.compile(here, "Nested", NestedSpec.program)
  private lazy val cluster = s"http://127.0.0.1:${here.ports.http}"

  override def afterAll(): Unit = here.close()

  private val answers = Seq(
    "maps of maps: " + (0 to 19).map(3 * _ + 6).mkString("[", ", ", "]"),
    "calls of calls: 8",
    "levels: 5",
    "streams: 9900",
    "own jobs: true 9",
    "left running: stopped"
  )

  private def start(arguments: String*): Running = {
    val classPath = s"$classes:${UserCode.clientClassPath(here)}"
    here.start(Seq("java", s"-Dsheaf.home=${here.home}", "-cp", classPath, "Nested") ++ arguments: _*)
  }

  private def ticks(): Ticks = Ticks(Files.createTempDirectory(here.folder, "ticks").resolve("child"))

  private def awaitTicks(child: Ticks): Unit = here.await("the child ticks")(child.count > 0)

  /** Nothing of the child is left, and nothing of it comes again. */
  private def assertStopped(child: Ticks): Unit = {
    def stood(): Boolean = {
      val before = child.count
      here.pause(500)
      child.count == before
    }
    here.await("the child has stopped", 10)(stood())
    here.pause(500)
    assert(stood())
  }

  private def recursions(pool: String): Unit = {
    val program = start(pool).awaitEnd(240)
    assert(program.exitCode == 0 && program.lines == answers, program.report)
  }

  private def cancelsAndDies(pool: String): Unit = {
    val cancelled = ticks()
    val cancelling = start(pool, cancelled.file.toString, "cancel").awaitEnd(120)
    assert(cancelling.exitCode == 0 && cancelling.lines == Seq("cancelled", "next: 2"), cancelling.report)
    assertStopped(cancelled)

    val orphan = ticks()
    val rerun = start(pool, orphan.file.toString)
    awaitTicks(orphan)
    here.signal(Files.readString(Path.of(s"${orphan.file}.parent")).toLong, "KILL")
    assertStopped(orphan)
    assert(rerun.awaitEnd(60).exitCode == 0 && rerun.lines.head.startsWith("again, of process "), rerun.report)
  }

  test("one thread suffices for tasks of tasks of tasks, and what a task has left running ends with it") {
    recursions("threads")
  }

  test("one process suffices for tasks of tasks of tasks, and nothing is left over of any") {
    recursions("processes")
    cancelsAndDies("processes")
    here.awaitNoProcess()
  }

  test("so does a cluster with one slot, and what was started to wait less serves others") {
    here.startCoordinator(): Unit
    here.startWorker(1): Unit
    recursions(cluster)
    cancelsAndDies(cluster)
  }

  test("the same on two workers") {
    here.startWorker(1): Unit
    recursions(cluster)
    cancelsAndDies(cluster)
  }
}

object NestedSpec {

  /** Alone it recurs; with a file it waits for a child that ticks there, and with one word more it cancels that. */
  val program: String =
    """import io.sheaf.Cluster;
      |import io.sheaf.JobSummary;
      |import io.sheaf.Pool;
      |import io.sheaf.RemoteCallable;
      |import io.sheaf.TaskContext;
      |import java.io.FileOutputStream;
      |import java.nio.file.Files;
      |import java.nio.file.Path;
      |import java.util.List;
      |import java.util.concurrent.CompletableFuture;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.TimeUnit;
      |import java.util.concurrent.TimeoutException;
      |import java.util.stream.IntStream;
      |
      |public class Nested {
      |    public static void main(String[] arguments) throws Exception {
      |        try (Pool pool = open(arguments[0])) {
      |            if (arguments.length > 1) {
      |                String file = arguments[1];
      |                CompletableFuture<String> parent = pool.submit((RemoteCallable<String>) () -> parent(file));
      |                if (arguments.length > 2) {
      |                    while (!Files.exists(Path.of(file))) {
      |                        pause(20);
      |                    }
      |                    parent.cancel(true);
      |                    System.out.println("cancelled");
      |                    System.out.println("next: " + pool.submit((RemoteCallable<Integer>) () -> 1 + 1).join());
      |                } else {
      |                    System.out.println(parent.join());
      |                }
      |                return;
      |            }
      |            System.out.println("maps of maps: " + pool.map(Nested::sum, IntStream.range(0, 20).boxed().toList()));
      |            System.out.println("calls of calls: " + fibonacci(pool, 6));
      |            System.out.println("levels: " + pool.submit((RemoteCallable<Integer>) () -> levels(5)).join());
      |            System.out.println("streams: " + pool.submit((RemoteCallable<Long>) Nested::streamed).join());
      |            System.out.println("own jobs: " + pool.submit((RemoteCallable<String>) Nested::looksAround).join());
      |            Path file = Files.createTempFile("sheaf-ticks", "");
      |            Files.delete(file);
      |            String ticks = file.toString();
      |            pool.submit((RemoteCallable<String>) () -> leaves(ticks)).join();
      |            while (!stands(file)) {
      |                pause(20);
      |            }
      |            Files.delete(file);
      |            System.out.println("left running: stopped");
      |        }
      |    }
      |
      |    private static Pool open(String where) {
      |        return switch (where) {
      |            case "threads" -> Pool.threads(1);
      |            case "processes" -> Pool.processes(1);
      |            default -> Pool.connect(where);
      |        };
      |    }
      |
      |    private static Pool inside() {
      |        return TaskContext.current().cluster().pool();
      |    }
      |
      |    static int sum(int n) {
      |        return inside().map((Integer x) -> n + x, List.of(1, 2, 3)).stream().mapToInt(Integer::intValue).sum();
      |    }
      |
      |    static int fibonacci(Pool pool, int n) {
      |        CompletableFuture<Integer> one = pool.submit((RemoteCallable<Integer>) () -> n < 3 ? 1 : fibonacci(inside(), n - 1));
      |        CompletableFuture<Integer> other = pool.submit((RemoteCallable<Integer>) () -> n < 4 ? 1 : fibonacci(inside(), n - 2));
      |        return n < 3 ? one.join() : one.thenCombine(other, Integer::sum).join();
      |    }
      |
      |    static int levels(int n) {
      |        return n == 0 ? 0 : 1 + inside().map(Nested::levels, List.of(n - 1)).get(0);
      |    }
      |
      |    static long streamed() {
      |        long sum = 0;
      |        try (var results = inside().imap((Integer x) -> x * 2, () -> IntStream.iterate(0, i -> i + 1).iterator())) {
      |            for (int i = 0; i < 100; i++) {
      |                sum += results.next();
      |            }
      |        }
      |        return sum;
      |    }
      |
      |    static String looksAround() {
      |        Cluster cluster = TaskContext.current().cluster();
      |        int sum = sum(1);
      |        List<JobSummary> jobs = cluster.jobs();
      |        JobSummary end = cluster.job(jobs.get(jobs.size() - 1).id()).await();
      |        return (end.state() == JobSummary.State.SUCCEEDED && cluster.workers().size() > 0) + " " + sum;
      |    }
      |
      |    /** A child that it does not wait for. */
      |    static String leaves(String file) throws Exception {
      |        var child = inside().mapAsync(Nested::tickUntilInterrupted, List.of(file));
      |        while (!Files.exists(Path.of(file))) {
      |            try {
      |                child.get(50, TimeUnit.MILLISECONDS);
      |            } catch (TimeoutException e) {
      |                // It has not begun.
      |            }
      |        }
      |        return file;
      |    }
      |
      |    static String tickUntilInterrupted(String file) throws Exception {
      |        while (true) {
      |            tickOnce(file);
      |            pause(20);
      |        }
      |    }
      |
      |    private static void tickOnce(String file) throws Exception {
      |        try (FileOutputStream out = new FileOutputStream(file, true)) {
      |            out.write('.');
      |        }
      |    }
      |
      |    static boolean stands(Path file) throws Exception {
      |        long before = Files.size(file);
      |        pause(200);
      |        return Files.size(file) == before;
      |    }
      |
      |    /** The first time it waits for a child that ticks for ever, whatever interrupts it; then it does not. */
      |    static String parent(String file) throws Exception {
      |        if (TaskContext.current().attempt() > 1) {
      |            return "again, of process " + ProcessHandle.current().pid();
      |        }
      |        Files.writeString(Path.of(file + ".parent"), "" + ProcessHandle.current().pid());
      |        return inside().map(Nested::tick, List.of(file)).get(0);
      |    }
      |
      |    static String tick(String file) throws Exception {
      |        while (true) {
      |            tickOnce(file);
      |            try {
      |                pause(20);
      |            } catch (InterruptedException e) {
      |                // Goes on, as such code does.
      |            }
      |        }
      |    }
      |
      |    private static void pause(long millis) throws InterruptedException {
      |        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
      |    }
      |}
      |""".stripMargin
}
