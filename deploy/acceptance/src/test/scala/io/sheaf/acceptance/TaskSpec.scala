package io.sheaf.acceptance

import java.nio.file.{Files, Path}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** What tasks know of themselves and what becomes of what they throw, on processes of this machine and on a cluster:
  * the same program, the same answers.
  */
class TaskSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation
  private lazy val sheaf = new Commands(here)
  private lazy val classes = UserCode.compile(here, "Tasks", TaskSpec.program)
  private lazy val throwing = UserCode.compile(here, "Throws", Throwing.program)

  override def afterAll(): Unit = here.close()

  private val answers = Seq(
    "outside: true IllegalStateException",
    "contexts: 100",
    "attempts: [3, 1, 1, 3]",
    "failed after attempts: 3, worker known: true",
    "after deaths: [1, 3, 1]",
    "initializer: -1 1 true",
    "stages: [0, null, 4]",
    "failed stage: IllegalStateException own",
    "cancelled: also seen by another thread",
    "out of time: also seen by another thread, TaskTimeoutException"
  )

  private def start(program: String, arguments: String*): Running = {
    val classPath = s"$classes:$throwing:${UserCode.clientClassPath(here)}"
    here.start(Seq("java", s"-Dsheaf.home=${here.home}", "-cp", classPath, program) ++ arguments: _*)
  }

  private def answer(pool: String): Unit = {
    val tasks = start("Tasks", pool, signs().toString).awaitEnd(120)
    assert(tasks.exitCode == 0 && tasks.lines == answers, tasks.report)
    val throws = start("Throws", pool).awaitEnd(120)
    assert(throws.exitCode == 0 && throws.lines == Throwing.answers, throws.report)
  }

  private def signs(): Path = Files.createTempDirectory(here.folder, "signs")

  test("on processes of this machine") {
    answer("local")
    here.awaitNoProcess()
  }

  test("on a cluster, where people see how far a task says that it is") {
    here.startCoordinator(): Unit
    here.startWorker(): Unit
    here.startWorker(): Unit
    val url = s"http://127.0.0.1:${here.ports.http}"
    answer(url)

    val folder = signs()
    val slow = start("Tasks", url, folder.toString, "progress")
    slow.awaitLine("job ")
    val id = slow.lines.head.stripPrefix("job ")
    here.await("the progress is shown")(sheaf("explain", id, "1").lines.exists(_.contains("is 42 % done")))
    Files.createFile(folder.resolve("go")): Unit
    assert(slow.awaitEnd(60).exitCode == 0, slow.report)
  }
}

object TaskSpec {
  val program: String =
    """import io.sheaf.JobOptions;
      |import io.sheaf.Pool;
      |import io.sheaf.TaskContext;
      |import io.sheaf.TaskFailedException;
      |import java.io.IOException;
      |import java.nio.file.Files;
      |import java.nio.file.Path;
      |import java.time.Duration;
      |import java.util.List;
      |import java.util.concurrent.CompletableFuture;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.TimeUnit;
      |import java.util.stream.Collectors;
      |import java.util.stream.IntStream;
      |
      |public class Tasks {
      |    public static void main(String[] args) throws Exception {
      |        Pool pool = args[0].equals("local") ? Pool.processes(2) : Pool.connect(args[0]);
      |        try (pool) {
      |            if (args.length > 2) {
      |                progress(pool, args[1]);
      |                return;
      |            }
      |            contexts(pool);
      |            attempts(pool);
      |            stages(pool);
      |            endings(pool, args[1]);
      |        }
      |    }
      |
      |    static void say(Object text) {
      |        System.out.println(text);
      |    }
      |
      |    static void await(int millis) {
      |        try {
      |            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
      |        } catch (InterruptedException e) {
      |            throw new IllegalStateException(e);
      |        }
      |    }
      |
      |    static void progress(Pool pool, String signs) {
      |        pool.map(n -> {
      |            TaskContext task = TaskContext.current();
      |            if (n == 1) {
      |                task.progress(0.425);
      |                System.out.println("job " + task.jobId());
      |                while (!Files.exists(Path.of(signs, "go"))) {
      |                    await(20);
      |                }
      |            }
      |            return n;
      |        }, List.of(0, 1));
      |    }
      |
      |    static void contexts(Pool pool) {
      |        try {
      |            TaskContext.current();
      |        } catch (IllegalStateException e) {
      |            say("outside: " + TaskContext.find().isEmpty() + " " + e.getClass().getSimpleName());
      |        }
      |        List<Integer> items = IntStream.range(0, 100).boxed().collect(Collectors.toList());
      |        long right = pool.map(n -> {
      |            TaskContext task = TaskContext.current();
      |            return task.itemIndex() == n && task.attempt() == 1 && Long.parseLong(task.jobId()) > 0
      |                    && !task.worker().isEmpty() && !task.isCancelled();
      |        }, items).stream().filter(yes -> yes).count();
      |        say("contexts: " + right);
      |    }
      |
      |    static void attempts(Pool pool) {
      |        Pool patient = pool.with(JobOptions.defaults().withRetries(2).withRetryBackoff(Duration.ofMillis(1)));
      |        say("attempts: " + patient.map(n -> {
      |            int attempt = TaskContext.current().attempt();
      |            if (n % 3 == 0 && attempt < 3) {
      |                throw new IllegalStateException("not yet");
      |            }
      |            return attempt;
      |        }, List.of(0, 1, 2, 3)));
      |        try {
      |            patient.map(n -> n / (n - n), List.of(1));
      |        } catch (TaskFailedException e) {
      |            say("failed after attempts: " + e.attempts() + ", worker known: " + !e.worker().isEmpty());
      |        }
      |        say("after deaths: " + pool.map(n -> {
      |            int attempt = TaskContext.current().attempt();
      |            if (n == 1 && attempt < 3) {
      |                Runtime.getRuntime().halt(5);
      |            }
      |            return attempt;
      |        }, List.of(0, 1, 2)));
      |        JobOptions prepared = JobOptions.defaults().withInitializer(() -> {
      |            TaskContext task = TaskContext.current();
      |            task.progress(1);
      |            System.setProperty("seen", task.itemIndex() + " " + task.attempt() + " " + !task.worker().isEmpty());
      |        });
      |        say("initializer: " + pool.with(prepared).map(n -> System.getProperty("seen"), List.of(1)).get(0));
      |    }
      |
      |    static void stages(Pool pool) {
      |        List<?> values = pool.map(
      |                n -> CompletableFuture.supplyAsync(() -> n == 1 ? null : n * 2), List.of(0, 1, 2));
      |        say("stages: " + values);
      |        try {
      |            pool.map(n -> CompletableFuture.supplyAsync(() -> {
      |                throw new IllegalStateException("own");
      |            }), List.of(1));
      |        } catch (TaskFailedException e) {
      |            say("failed stage: " + e.getCause().getClass().getSimpleName() + " " + e.getCause().getMessage());
      |        }
      |    }
      |
      |    static int waits(String signs, String sign) throws Exception {
      |        TaskContext task = TaskContext.current();
      |        Thread other = new Thread(() -> {
      |            while (!task.isCancelled()) {
      |                await(5);
      |            }
      |            try {
      |                Files.createFile(Path.of(signs, sign));
      |            } catch (IOException e) {
      |                throw new IllegalStateException(e);
      |            }
      |        });
      |        other.start();
      |        Files.createFile(Path.of(signs, sign + "-begun"));
      |        try {
      |            new CountDownLatch(1).await();
      |        } catch (InterruptedException e) {
      |            other.join(1500);
      |            throw e;
      |        }
      |        return 1;
      |    }
      |
      |    static boolean appears(String signs, String sign) {
      |        long deadline = System.nanoTime() + 30_000_000_000L;
      |        while (!Files.exists(Path.of(signs, sign)) && System.nanoTime() < deadline) {
      |            await(5);
      |        }
      |        return Files.exists(Path.of(signs, sign));
      |    }
      |
      |    static void endings(Pool pool, String signs) {
      |        CompletableFuture<List<Integer>> future = pool.mapAsync(n -> waits(signs, "cancelled"), List.of(1));
      |        appears(signs, "cancelled-begun");
      |        future.cancel(true);
      |        say("cancelled: " + (appears(signs, "cancelled") ? "also seen by another thread" : "not seen"));
      |        Pool hasty = pool.with(JobOptions.defaults().withTimeout(Duration.ofMillis(300)));
      |        try {
      |            hasty.map(n -> n == 0 ? 0 : waits(signs, "late"), List.of(0, 1));
      |        } catch (TaskFailedException e) {
      |            say("out of time: " + (appears(signs, "late") ? "also seen by another thread" : "not seen") + ", "
      |                    + e.getCause().getClass().getSimpleName());
      |        }
      |    }
      |}
      |""".stripMargin
}
