package io.sheaf.acceptance

/** The program of {@link PoolSpec}, and what it says wherever it runs. */
object PoolStory {

  /** What it says of what only another process can do, or only one can need. */
  def elsewhere(answer: String): Boolean =
    Seq("task that exits", "not serializable", "result that is not").exists(answer.startsWith) ||
      ExecutorStory.answersElsewhere.contains(answer)

  private val last = "after shutdown: RejectedExecutionException"

  val answers: Seq[String] = own ++ ExecutorStory.answers ++ inProcesses ++ ExecutorStory.answersElsewhere :+ last

  /** Without what {@link ExecutorStory} adds. */
  val shortAnswers: Seq[String] = own ++ inProcesses :+ last

  private def own = Seq(
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
    "printed by a task",
    "starmap: [11, 22, 33]",
    "empty: []falsefalse[]Optional.empty[]",
    "mapReduce: 499999500000",
    "combined in order: true",
    "mapReduce, first failure: 77777 ArithmeticException",
    "siblings of failures: 71 of 80",
    "an outcome: 1 10 true 9",
    "waiting work: true",
    "200 that wait for each other, in imap: 200, in imapUnordered: 200",
    "closed early: 10 false",
    "invokeAll in time: [false, true]",
    "invokeAny in time: TimeoutException",
    "a second get: false 3 true false",
    "cancelled: true true true",
    "its get: CancellationException",
    "callbacks: 2 true 2",
    "initializer first: true",
    "no default constructor: Odd",
    "its cause and what it suppressed: 1-2 inner beside",
    "getMessage throws: item 0",
    "endless recursion: StackOverflowError",
    "static initializer: ExceptionInInitializerError",
    "missing class: NoClassDefFoundError",
    "third attempt: [0]",
    "too slow: TaskTimeoutException",
    "initializer that fails: true",
    "durable, or refused in words: true",
    "and the pool: [2]"
  )

  private def inProcesses = Seq(
    "task that exits: WorkerLostException, exit code: true",
    "not serializable: true",
    "result that is not: NotSerializableException"
  )

  val dropping: String =
    """import io.sheaf.Pool;
      |import java.io.ByteArrayOutputStream;
      |import java.io.PrintStream;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.TimeUnit;
      |
      |public class Dropping {
      |    public static void main(String[] args) throws Exception {
      |        ByteArrayOutputStream errors = new ByteArrayOutputStream();
      |        System.setErr(new PrintStream(errors, true));
      |        drop();
      |        for (int i = 0; i < 1000 && !errors.toString().contains("Dropping.drop(Dropping.java:21)"); i++) {
      |            System.gc();
      |            new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
      |        }
      |        System.out.println(errors.toString().contains("Dropping.java:21") ? "told" : errors);
      |    }
      |
      |    static void drop() {
      |        // Its view is dropped with it.
      |        Pool pool = Pool.threads(1).with(io.sheaf.JobOptions.defaults());
      |        pool.submit(() -> 1).join();
      |    }
      |}
      |""".stripMargin

  val leaving: String =
    """import io.sheaf.Pool;
      |import io.sheaf.RemoteRunnable;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.ExecutorService;
      |import java.util.concurrent.TimeUnit;
      |
      |public class Leaving {
      |    public static void main(String[] args) {
      |        ExecutorService pool = args[0].equals("Pool.threads(2)") ? Pool.threads(2) : Pool.processes(2);
      |        RemoteRunnable late = () -> {
      |            new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
      |            System.out.println("still done");
      |        };
      |        for (int call = 0; call < 5; call++) {
      |            pool.execute(late);
      |        }
      |        pool.shutdown();
      |    }
      |}
      |""".stripMargin

  val source: String = story + ExecutorStory.source

  private def story =
    """import io.sheaf.JobOptions;
      |import io.sheaf.JobRejectedException;
      |import io.sheaf.Outcome;
      |import io.sheaf.Pool;
      |import io.sheaf.RemoteCallable;
      |import io.sheaf.RemoteFunction;
      |import io.sheaf.RemoteRunnable;
      |import io.sheaf.ResultStream;
      |import io.sheaf.TaskContext;
      |import io.sheaf.TaskFailedException;
      |import io.sheaf.Workload;
      |import java.io.File;
      |import java.io.IOException;
      |import java.net.InetAddress;
      |import java.net.ServerSocket;
      |import java.net.Socket;
      |import java.io.PrintWriter;
      |import java.io.StringWriter;
      |import java.nio.file.Files;
      |import java.nio.file.Path;
      |import java.time.Duration;
      |import java.util.ArrayList;
      |import java.util.Collections;
      |import java.util.Iterator;
      |import java.util.List;
      |import java.util.NoSuchElementException;
      |import java.util.Set;
      |import java.util.TreeSet;
      |import java.util.concurrent.Callable;
      |import java.util.concurrent.CancellationException;
      |import java.util.concurrent.CompletableFuture;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.ExecutionException;
      |import java.util.concurrent.ExecutorService;
      |import java.util.concurrent.Future;
      |import java.util.concurrent.RejectedExecutionException;
      |import java.util.concurrent.TimeUnit;
      |import java.util.concurrent.TimeoutException;
      |import java.util.concurrent.atomic.AtomicInteger;
      |import java.util.stream.Collectors;
      |import java.util.stream.IntStream;
      |import java.util.stream.Stream;
      |
      |public class Story {
      |    public static void main(String[] args) throws Exception {
      |        Pool pool = open(args[0]);
      |        try (pool) {
      |            maps(pool);
      |            streams(pool);
      |            futures(pool);
      |            endings(pool);
      |            Combined.tell(pool);
      |            Executed.tell(pool);
      |            Failing.tell(pool);
      |            boolean isShort = args.length > 1;
      |            if (!isShort) {
      |                Promises.tell(pool, args[0]);
      |            }
      |            if (!args[0].equals("threads")) {
      |                Elsewhere.tell(pool);
      |            }
      |            if (!args[0].equals("threads") && !isShort) {
      |                Promises.elsewhere(pool);
      |            }
      |        }
      |        try {
      |            pool.submit(() -> 1);
      |        } catch (RejectedExecutionException e) {
      |            say("after shutdown: " + e.getClass().getSimpleName());
      |        }
      |    }
      |
      |    static Pool open(String where) {
      |        return switch (where) {
      |            case "threads" -> Pool.threads(3);
      |            case "processes" -> Pool.processes(3);
      |            default -> Pool.connect(where);
      |        };
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
      |        pool.submit((RemoteRunnable) () -> System.out.println("printed by a task")).get();
      |    }
      |}
      |
      |/** What is combined, and what is told of every item. */
      |class Combined {
      |    static void tell(Pool pool) throws IOException {
      |        Iterable<Integer> endless = () -> Stream.iterate(10, n -> n + 10).iterator();
      |        say("starmap: " + pool.<Integer, Integer, Integer>starmap((a, b) -> a + b, List.of(1, 2, 3), endless));
      |        say("empty: " + pool.map(n -> n, List.of()) + pool.imap(n -> n, List.of()).hasNext()
      |                + pool.imapUnordered(n -> n, List.of()).hasNext() + pool.mapAsync(n -> n, List.of()).join()
      |                + pool.<Integer, Integer>mapReduce(n -> n, Integer::sum, List.of()) + pool.mapOutcomes(n -> n, List.of()));
      |        say("mapReduce: " + pool.mapReduce(n -> (long) n, Long::sum, Story.range(1_000_000)).orElseThrow());
      |        String inOrder = Story.range(10_000).stream().map(String::valueOf).collect(Collectors.joining(","));
      |        say("combined in order: "
      |                + pool.mapReduce(String::valueOf, (a, b) -> a + "," + b, Story.range(10_000)).equals(java.util.Optional.of(inOrder)));
      |        try {
      |            pool.mapReduce(n -> 1 / (n - 77_777), Integer::sum, Story.range(100_000));
      |        } catch (TaskFailedException e) {
      |            say("mapReduce, first failure: " + e.itemIndex() + " " + e.getCause().getClass().getSimpleName());
      |        }
      |        List<Outcome<Integer>> outcomes = pool.mapOutcomes(n -> 10 / (n % 9), Story.range(80));
      |        say("siblings of failures: " + outcomes.stream().filter(Outcome::succeeded).count() + " of " + outcomes.size());
      |        say("an outcome: " + outcomes.get(1).index() + " " + outcomes.get(1).value() + " "
      |                + !outcomes.get(1).runTime().isNegative() + " " + outcomes.get(9).failure().itemIndex());
      |        Pool waiting = pool.with(JobOptions.defaults().withWorkload(Workload.IO));
      |        say("waiting work: " + waiting.map(n -> {
      |            Story.await(10);
      |            return n;
      |        }, Story.range(100)).equals(Story.range(100)));
      |        say("200 that wait for each other, in imap: " + Together.met(waiting::imap) + ", in imapUnordered: "
      |                + Together.met(waiting::imapUnordered));
      |        try (ResultStream<Integer> results = pool.imap(n -> n, endless)) {
      |            int first = results.next();
      |            results.close();
      |            say("closed early: " + first + " " + results.hasNext());
      |        }
      |    }
      |
      |    static void say(String text) {
      |        Story.say(text);
      |    }
      |}
      |
      |/** Items of which none can end before all have begun, wherever each of them runs. */
      |class Together {
      |    static final int ALL = 200;
      |
      |    interface Reading {
      |        ResultStream<Integer> of(RemoteFunction<Integer, Integer> function, List<Integer> items);
      |    }
      |
      |    static long met(Reading reading) throws IOException {
      |        try (ServerSocket door = new ServerSocket(0, ALL)) {
      |            Thread host = new Thread(() -> letIn(door));
      |            host.setDaemon(true);
      |            host.start();
      |            int port = door.getLocalPort();
      |            try (ResultStream<Integer> results = reading.of(n -> knock(port), Story.range(ALL))) {
      |                return results.stream().filter(answer -> answer == 1).count();
      |            }
      |        }
      |    }
      |
      |    static int knock(int port) throws IOException {
      |        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      |            socket.setSoTimeout(60_000);
      |            return socket.getInputStream().read();
      |        }
      |    }
      |
      |    private static void letIn(ServerSocket door) {
      |        List<Socket> guests = new ArrayList<>();
      |        try {
      |            while (guests.size() < ALL) {
      |                guests.add(door.accept());
      |            }
      |            for (Socket guest : guests) {
      |                guest.getOutputStream().write(1);
      |                guest.close();
      |            }
      |        } catch (IOException e) {
      |            Story.say(e);
      |        }
      |    }
      |}
      |
      |/** What was written for executors. */
      |class Executed {
      |    static volatile boolean prepared;
      |
      |    static void tell(Pool pool) throws Exception {
      |        ExecutorService executor = pool;
      |        RemoteCallable<Integer> stuck = () -> {
      |            Story.await(1_000_000);
      |            return 1;
      |        };
      |        RemoteCallable<Integer> quick = () -> 2;
      |        List<Boolean> cancelled = new ArrayList<>();
      |        for (Future<Integer> future : executor.invokeAll(List.<Callable<Integer>>of(quick, stuck), 3, TimeUnit.SECONDS)) {
      |            cancelled.add(future.isDone() && future.isCancelled());
      |        }
      |        Story.say("invokeAll in time: " + cancelled);
      |        try {
      |            executor.invokeAny(List.<Callable<Integer>>of(stuck), 100, TimeUnit.MILLISECONDS);
      |        } catch (TimeoutException e) {
      |            Story.say("invokeAny in time: " + e.getClass().getSimpleName());
      |        }
      |        RemoteCallable<Integer> half = () -> {
      |            Story.await(500);
      |            return 3;
      |        };
      |        Future<Integer> late = executor.submit((Callable<Integer>) half);
      |        try {
      |            late.get(1, TimeUnit.MILLISECONDS);
      |        } catch (TimeoutException e) {
      |            Story.say("a second get: " + late.isDone() + " " + late.get(60, TimeUnit.SECONDS) + " " + late.isDone()
      |                    + " " + late.cancel(true));
      |        }
      |        Future<Integer> gone = executor.submit((Callable<Integer>) stuck);
      |        Story.say("cancelled: " + gone.cancel(true) + " " + gone.cancel(true) + " " + gone.isDone());
      |        try {
      |            gone.get();
      |        } catch (CancellationException e) {
      |            Story.say("its get: " + e.getClass().getSimpleName());
      |        }
      |        AtomicInteger told = new AtomicInteger();
      |        CompletableFuture<Integer> call = pool.submit(quick);
      |        CompletableFuture<Void> throwing = call.thenAccept(n -> {
      |            throw new IllegalStateException("callback");
      |        });
      |        CompletableFuture<Void> counting = call.thenAccept(told::addAndGet);
      |        throwing.handle((nothing, e) -> null).get(60, TimeUnit.SECONDS);
      |        counting.get(60, TimeUnit.SECONDS);
      |        Story.say("callbacks: " + told + " " + throwing.isCompletedExceptionally() + " " + call.get());
      |        Pool initialized = pool.with(JobOptions.defaults().withInitializer(() -> prepared = true));
      |        Story.say("initializer first: " + initialized.map(n -> prepared, Story.range(50)).stream().allMatch(b -> b));
      |    }
      |}
      |
      |/** Each of these fails its item and nothing else. */
      |class Failing {
      |    static class Odd extends Exception {
      |        Odd(int a, int b) {
      |            super(a + "-" + b, new IllegalStateException("inner"));
      |            addSuppressed(new IllegalArgumentException("beside"));
      |        }
      |    }
      |
      |    static class Mute extends RuntimeException {
      |        @Override
      |        public String getMessage() {
      |            throw new IllegalStateException("even this");
      |        }
      |    }
      |
      |    static class Broken {
      |        static final int VALUE = Integer.parseInt("no number");
      |    }
      |
      |    static int overflow(int n) {
      |        return n < 0 ? 0 : overflow(n + 1) + 1;
      |    }
      |
      |    static void tell(Pool pool) {
      |        cause("no default constructor", pool, n -> {
      |            throw new Odd(1, 2);
      |        });
      |        try {
      |            pool.map(n -> {
      |                throw new Odd(1, 2);
      |            }, List.of(1));
      |        } catch (TaskFailedException e) {
      |            Throwable odd = e.getCause();
      |            Story.say("its cause and what it suppressed: " + odd.getMessage() + " " + odd.getCause().getMessage() + " "
      |                    + odd.getSuppressed()[0].getMessage());
      |        }
      |        try {
      |            pool.map(n -> {
      |                throw new Mute();
      |            }, List.of(1));
      |        } catch (TaskFailedException e) {
      |            Story.say("getMessage throws: item " + e.itemIndex());
      |        }
      |        cause("endless recursion", pool, Failing::overflow);
      |        cause("static initializer", pool, n -> Broken.VALUE);
      |        cause("missing class", pool, n -> {
      |            throw new NoClassDefFoundError("com/acme/Gone");
      |        });
      |        Pool retrying = pool.with(JobOptions.defaults().withRetries(2).withRetryBackoff(Duration.ofMillis(1)));
      |        Story.say("third attempt: " + retrying.map(n -> {
      |            if (TaskContext.current().attempt() < 3) {
      |                throw new IllegalStateException("not yet");
      |            }
      |            return TaskContext.current().itemIndex();
      |        }, List.of(1)));
      |        cause("too slow", pool.with(JobOptions.defaults().withTimeout(Duration.ofMillis(100))), n -> {
      |            Story.await(1_000_000);
      |            return n;
      |        });
      |        Pool unprepared = pool.with(JobOptions.defaults().withInitializer(() -> {
      |            throw new IllegalStateException("no database");
      |        }));
      |        try {
      |            unprepared.map(n -> n, Story.range(10));
      |        } catch (JobRejectedException e) {
      |            Story.say("initializer that fails: " + e.getMessage().contains("no database"));
      |        }
      |        try {
      |            List<Integer> kept = pool.with(JobOptions.defaults().withDurable(true)).map(n -> n, Story.range(10));
      |            Story.say("durable, or refused in words: " + kept.equals(Story.range(10)));
      |        } catch (JobRejectedException e) {
      |            Story.say("durable, or refused in words: " + e.getMessage().contains("leave `durable` out"));
      |        }
      |        Story.say("and the pool: " + pool.map(n -> n + 1, List.of(1)));
      |    }
      |
      |    static void cause(String what, Pool pool, RemoteFunction<Integer, Integer> function) {
      |        try {
      |            pool.map(function, List.of(1));
      |        } catch (TaskFailedException e) {
      |            Story.say(what + ": " + e.getCause().getClass().getSimpleName());
      |        }
      |    }
      |}
      |
      |/** What only another process can do, or only one can need. */
      |class Elsewhere {
      |    static void tell(Pool pool) {
      |        try {
      |            pool.map(n -> {
      |                System.exit(9);
      |                return n;
      |            }, List.of(1));
      |        } catch (TaskFailedException e) {
      |            Story.say("task that exits: " + e.getCause().getClass().getSimpleName() + ", exit code: "
      |                    + e.getCause().getMessage().contains("exited with code 9"));
      |        }
      |        Thread thread = Thread.currentThread();
      |        try {
      |            pool.submit(() -> thread.getName());
      |        } catch (IllegalArgumentException e) {
      |            Story.say("not serializable: " + e.getMessage().contains("java.lang.Thread"));
      |        }
      |        try {
      |            pool.map(n -> new Object(), List.of(1));
      |        } catch (TaskFailedException e) {
      |            Story.say("result that is not: " + e.getCause().getClass().getSimpleName());
      |        }
      |    }
      |}
      |""".stripMargin
}
