package io.sheaf.acceptance

import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** A Java program's pool, on processes of this machine and on a cluster: the same program, the same answers. */
class PoolSpec extends AnyFunSuite with BeforeAndAfterAll {
  private lazy val here = new Installation

  override def afterAll(): Unit = here.close()

  private val answers = Seq(
    "map: 499999500000",
    "order kept: true",
    "first failure: 7 IllegalStateException",
    "unordered: 100",
    "failed item in its place: [0, failed, 2]",
    "iterator that throws: after 3, own exception: true",
    "window: at most 12 read ahead: true",
    "mapAsync: [1, 4, 9]",
    "cancelled future: true",
    "submits: 5000",
    "runnable and callable: null 5 done",
    "invokeAll: [1, 2, 3]",
    "invokeAny: one of them",
    "many threads: 40",
    "interrupted: CancellationException true",
    "blocking callback: 2",
    "task that exits: WorkerLostException, exit code: true",
    "printed by a task",
    "after shutdown: RejectedExecutionException"
  )

  private def program(url: String): Running = {
    val classes = UserCode.compile(here, "Story", PoolSpec.story)
    val classPath = s"$classes:${UserCode.clientClassPath(here)}"
    here.run("java", s"-Dsheaf.home=${here.home}", "-cp", classPath, "Story", url)
  }

  test("on processes of this machine") {
    val story = program("local")
    assert(story.exitCode == 0 && story.lines == answers, story.report)
    here.awaitNoProcess()
  }

  test("on a cluster") {
    here.startCoordinator(): Unit
    here.startWorker(): Unit
    here.startWorker(): Unit
    val story = program(s"http://127.0.0.1:${here.ports.http}")
    assert(story.exitCode == 0 && story.lines == answers, story.report)
  }

  test("without a cluster, and without a distribution, the error says what to do") {
    val classes = UserCode.compile(here, "Story", PoolSpec.story)
    val classPath = s"$classes:${UserCode.clientClassPath(here)}"
    val nowhere = here.run("java", "-cp", classPath, "Story", "http://127.0.0.1:1")
    assert(
      nowhere.exitCode == 1 && nowhere.errors.mkString.contains("start one with `sheaf coordinator`"),
      nowhere.report
    )
    val homeless = here.run("java", "-cp", classPath, "Story", "local")
    assert(
      homeless.exitCode == 1 && homeless.errors.mkString.contains("add the dependency io.sheaf:sheaf-node"),
      homeless.report
    )
  }
}

object PoolSpec {
  val story: String =
    """import io.sheaf.JobOptions;
      |import io.sheaf.Pool;
      |import io.sheaf.RemoteCallable;
      |import io.sheaf.RemoteRunnable;
      |import io.sheaf.ResultStream;
      |import io.sheaf.TaskFailedException;
      |import java.util.ArrayList;
      |import java.util.Iterator;
      |import java.util.List;
      |import java.util.concurrent.CancellationException;
      |import java.util.concurrent.CompletableFuture;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.ExecutionException;
      |import java.util.concurrent.RejectedExecutionException;
      |import java.util.concurrent.TimeUnit;
      |import java.util.concurrent.atomic.AtomicInteger;
      |import java.util.stream.Collectors;
      |import java.util.stream.IntStream;
      |
      |public class Story {
      |    public static void main(String[] args) throws Exception {
      |        Pool pool = args[0].equals("local") ? Pool.processes(2) : Pool.connect(args[0]);
      |        try (pool) {
      |            maps(pool);
      |            streams(pool);
      |            futures(pool);
      |            endings(pool);
      |        }
      |        try {
      |            pool.submit(() -> 1);
      |        } catch (RejectedExecutionException e) {
      |            say("after shutdown: " + e.getClass().getSimpleName());
      |        }
      |    }
      |
      |    static void say(Object text) {
      |        System.out.println(text);
      |    }
      |
      |    static List<Integer> range(int count) {
      |        return IntStream.range(0, count).boxed().collect(Collectors.toList());
      |    }
      |
      |    static void await(int millis) throws InterruptedException {
      |        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
      |    }
      |
      |    static void maps(Pool pool) {
      |        say("map: " + pool.map(n -> (long) n, range(1_000_000)).stream().mapToLong(Long::longValue).sum());
      |        List<Integer> slowFirst = pool.map(n -> {
      |            await(n % 10 == 0 ? 20 : 0);
      |            return n;
      |        }, range(200));
      |        say("order kept: " + slowFirst.equals(range(200)));
      |        try {
      |            pool.map(n -> {
      |                if (n == 7) {
      |                    throw new IllegalStateException("seven");
      |                }
      |                return n;
      |            }, range(100));
      |        } catch (TaskFailedException e) {
      |            say("first failure: " + e.itemIndex() + " " + e.getCause().getClass().getSimpleName());
      |        }
      |    }
      |
      |    static void streams(Pool pool) {
      |        try (ResultStream<Integer> results = pool.imapUnordered(n -> n, range(100))) {
      |            say("unordered: " + results.stream().collect(Collectors.toSet()).size());
      |        }
      |        List<Object> seen = new ArrayList<>();
      |        try (ResultStream<Integer> results = pool.imap(n -> n / (n == 1 ? 0 : 1), range(3))) {
      |            while (results.hasNext()) {
      |                try {
      |                    seen.add(results.next());
      |                } catch (TaskFailedException e) {
      |                    seen.add("failed");
      |                }
      |            }
      |        }
      |        say("failed item in its place: " + seen);
      |        throwing(pool);
      |        AtomicInteger read = new AtomicInteger();
      |        int most = 0;
      |        Iterable<Integer> counting = () -> IntStream.iterate(0, i -> i + 1)
      |                .peek(i -> read.incrementAndGet())
      |                .iterator();
      |        try (ResultStream<Integer> results = pool.with(JobOptions.defaults().withWindow(10)).imap(n -> n, counting)) {
      |            for (int i = 0; i < 200; i++) {
      |                results.next();
      |                most = Math.max(most, read.get() - i);
      |            }
      |        }
      |        say("window: at most 12 read ahead: " + (most <= 12));
      |    }
      |
      |    static void throwing(Pool pool) {
      |        Iterable<Integer> broken = () -> new Iterator<>() {
      |            private int next;
      |
      |            @Override
      |            public boolean hasNext() {
      |                return true;
      |            }
      |
      |            @Override
      |            public Integer next() {
      |                if (next == 3) {
      |                    throw new UnsupportedOperationException("own");
      |                }
      |                return next++;
      |            }
      |        };
      |        int count = 0;
      |        try (ResultStream<Integer> results = pool.imap(n -> n, broken)) {
      |            while (results.hasNext()) {
      |                results.next();
      |                count++;
      |            }
      |        } catch (UnsupportedOperationException e) {
      |            say("iterator that throws: after " + count + ", own exception: " + e.getMessage().equals("own"));
      |        }
      |    }
      |
      |    static void futures(Pool pool) throws Exception {
      |        say("mapAsync: " + pool.mapAsync(n -> n * n, List.of(1, 2, 3)).get());
      |        CompletableFuture<List<Integer>> endless = pool.mapAsync(n -> {
      |            await(1_000_000);
      |            return n;
      |        }, range(10));
      |        endless.cancel(true);
      |        say("cancelled future: " + endless.isCancelled());
      |        List<CompletableFuture<Integer>> many = new ArrayList<>();
      |        for (int i = 0; i < 5000; i++) {
      |            int n = i;
      |            many.add(pool.submit(() -> n));
      |        }
      |        int right = 0;
      |        for (int i = 0; i < 5000; i++) {
      |            right += many.get(i).get() == i ? 1 : 0;
      |        }
      |        say("submits: " + right);
      |        RemoteRunnable action = () -> {};
      |        RemoteCallable<Integer> call = () -> 5;
      |        say("runnable and callable: " + pool.submit(action).get() + " " + pool.submit(call).get() + " "
      |                + pool.submit((Runnable) action, "done").get());
      |        List<RemoteCallable<Integer>> tasks = List.of(() -> 1, () -> 2, () -> 3);
      |        List<Integer> all = new ArrayList<>();
      |        for (var future : pool.invokeAll(tasks)) {
      |            all.add(future.get());
      |        }
      |        say("invokeAll: " + all);
      |        say("invokeAny: " + (tasks.size() >= pool.invokeAny(tasks) ? "one of them" : "none"));
      |    }
      |
      |    static void endings(Pool pool) throws Exception {
      |        AtomicInteger sums = new AtomicInteger();
      |        List<Thread> threads = new ArrayList<>();
      |        for (int i = 0; i < 4; i++) {
      |            Thread thread = new Thread(() -> {
      |                for (int round = 0; round < 10; round++) {
      |                    sums.addAndGet(pool.map(n -> n, range(50)).size() / 50);
      |                }
      |            });
      |            thread.start();
      |            threads.add(thread);
      |        }
      |        for (Thread thread : threads) {
      |            thread.join();
      |        }
      |        say("many threads: " + sums);
      |        Thread main = Thread.currentThread();
      |        new Thread(() -> {
      |            try {
      |                await(500);
      |            } catch (InterruptedException e) {
      |                throw new IllegalStateException(e);
      |            }
      |            main.interrupt();
      |        }).start();
      |        try {
      |            pool.map(n -> {
      |                await(1_000_000);
      |                return n;
      |            }, range(4));
      |        } catch (CancellationException e) {
      |            say("interrupted: " + e.getClass().getSimpleName() + " " + Thread.interrupted());
      |        }
      |        CompletableFuture<Integer> chained = pool.submit(() -> 1).thenApply(n -> {
      |            try {
      |                return pool.submit(() -> n + 1).get();
      |            } catch (InterruptedException | ExecutionException e) {
      |                throw new IllegalStateException(e);
      |            }
      |        });
      |        say("blocking callback: " + chained.get(30, TimeUnit.SECONDS));
      |        try {
      |            pool.map(n -> {
      |                System.exit(9);
      |                return n;
      |            }, List.of(1));
      |        } catch (TaskFailedException e) {
      |            say("task that exits: " + e.getCause().getClass().getSimpleName() + ", exit code: "
      |                    + e.getCause().getMessage().contains("exited with code 9"));
      |        }
      |        pool.submit((RemoteRunnable) () -> System.out.println("printed by a task")).get();
      |    }
      |}
      |""".stripMargin
}
