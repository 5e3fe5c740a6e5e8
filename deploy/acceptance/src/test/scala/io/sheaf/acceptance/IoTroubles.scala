package io.sheaf.acceptance

/** A program whose items go wrong beside very many that wait in the same process. */
object IoTroubles {

  val answers: Seq[String] = Seq(
    "500 stages in flight hold few threads: true",
    "memory: [3 OutOfMemoryError], right: 49",
    "too slow: [5 TaskTimeoutException], right: 49",
    "it has stopped: true, its process has not: true",
    "ignores its interrupt: [5 TaskTimeoutException], right: 49",
    "it has cost a neighbour its process, and no attempt: true 1",
    "initializer that fails: true",
    "beside it: true",
    "exits: [7 WorkerLostException], right: 19",
    "1000 cancelled in time: true, in the same process: true",
    "killed with 500 in flight: true",
    "closed with 500 in flight"
  )

  val source: String =
    """import io.sheaf.JobOptions;
      |import io.sheaf.JobRejectedException;
      |import io.sheaf.Outcome;
      |import io.sheaf.Pool;
      |import io.sheaf.RemoteFunction;
      |import io.sheaf.TaskContext;
      |import io.sheaf.Workload;
      |import java.nio.file.Files;
      |import java.nio.file.Path;
      |import java.time.Duration;
      |import java.util.List;
      |import java.util.Queue;
      |import java.util.concurrent.CompletableFuture;
      |import java.util.concurrent.CompletionStage;
      |import java.util.concurrent.ConcurrentLinkedQueue;
      |import java.util.concurrent.CountDownLatch;
      |import java.util.concurrent.ExecutorService;
      |import java.util.concurrent.Executors;
      |import java.util.concurrent.TimeUnit;
      |import java.util.concurrent.atomic.AtomicInteger;
      |import java.util.stream.Collectors;
      |import java.util.stream.IntStream;
      |
      |public class Troubled {
      |    static final JobOptions IO = JobOptions.defaults().withWorkload(Workload.IO);
      |    static final CountDownLatch NEVER = new CountDownLatch(1);
      |    static final AtomicInteger RUNNING = new AtomicInteger();
      |    static final Queue<CompletableFuture<Integer>> STAGES = new ConcurrentLinkedQueue<>();
      |    static final ExecutorService ONE_THREAD = Executors.newSingleThreadExecutor();
      |    static volatile boolean stopped;
      |    static volatile long spins;
      |
      |    public static void main(String[] args) throws Exception {
      |        Pool pool = Pool.processes(2);
      |        Pool io = pool.with(IO);
      |        stages(io);
      |        memory(io);
      |        timeouts(io);
      |        ignores(io);
      |        unprepared(io);
      |        exits(io);
      |        cancels(io);
      |        dies(io);
      |        var unused = io.mapAsync(n -> waits(n), range(500));
      |        awaitRunning(io, 500);
      |        pool.shutdownNow();
      |        pool.close();
      |        say("closed with 500 in flight");
      |    }
      |
      |    static void stages(Pool io) {
      |        int idle = io.map(n -> threads(), List.of(0)).get(0);
      |        int more = io.map(RemoteFunction.async(Troubled::stage), range(500)).get(0) - idle;
      |        say("took threads: " + more);
      |        say("500 stages in flight hold few threads: " + (more < 100));
      |    }
      |
      |    /** All are completed by one thread, once as many have begun as there are. */
      |    static CompletionStage<Integer> stage(int n) {
      |        CompletableFuture<Integer> stage = new CompletableFuture<>();
      |        STAGES.add(stage);
      |        if (RUNNING.incrementAndGet() == 500) {
      |            ONE_THREAD.execute(() -> {
      |                RUNNING.set(0);
      |                int threads = threads();
      |                STAGES.forEach(each -> each.complete(threads));
      |            });
      |        }
      |        return stage;
      |    }
      |
      |    static void memory(Pool io) {
      |        tell("memory", io.mapOutcomes(n -> n == 3 ? new long[Integer.MAX_VALUE].length : slow(n, 100), range(50)));
      |    }
      |
      |    static void timeouts(Pool io) {
      |        long before = io.map(n -> pid(), List.of(0)).get(0);
      |        tell("too slow", io.with(IO.withTimeout(Duration.ofMillis(700))).mapOutcomes(n -> {
      |            try {
      |                return n == 5 ? waits(n) : slow(n, 200);
      |            } finally {
      |                stopped |= n == 5;
      |            }
      |        }, range(50)));
      |        boolean over = io.map(n -> stopped, List.of(0)).get(0);
      |        say("it has stopped: " + over + ", its process has not: " + (before == io.map(n -> pid(), List.of(0)).get(0)));
      |    }
      |
      |    static void ignores(Pool io) throws Exception {
      |        long before = io.map(n -> pid(), List.of(0)).get(0);
      |        CompletableFuture<List<String>> neighbour = io.mapAsync(n -> {
      |            if (pid() == before) {
      |                NEVER.await(60, TimeUnit.SECONDS);
      |            }
      |            return (pid() != before) + " " + TaskContext.current().attempt();
      |        }, List.of(0));
      |        tell("ignores its interrupt", io.with(IO.withTimeout(Duration.ofMillis(500))).mapOutcomes(n -> {
      |            while (n == 5) {
      |                spins++;
      |            }
      |            return slow(n, 100);
      |        }, range(50)));
      |        say("it has cost a neighbour its process, and no attempt: " + neighbour.get().get(0));
      |    }
      |
      |    static void unprepared(Pool io) throws Exception {
      |        CompletableFuture<List<Integer>> beside = io.mapAsync(n -> slow(n, 500), range(100));
      |        try {
      |            io.with(IO.withInitializer(() -> {
      |                throw new IllegalStateException("no database");
      |            })).map(n -> n, range(100));
      |        } catch (JobRejectedException e) {
      |            say("initializer that fails: " + e.getMessage().contains("no database"));
      |        }
      |        say("beside it: " + beside.get().equals(range(100)));
      |    }
      |
      |    static void exits(Pool io) {
      |        tell("exits", io.mapOutcomes(n -> {
      |            if (n == 7) {
      |                System.exit(4);
      |            }
      |            return slow(n, 20);
      |        }, range(20)));
      |    }
      |
      |    static void cancels(Pool io) {
      |        CompletableFuture<List<Integer>> endless = io.mapAsync(n -> waits(n), range(1000));
      |        awaitRunning(io, 1000);
      |        long before = io.map(n -> pid(), List.of(0)).get(0);
      |        long began = System.nanoTime();
      |        endless.cancel(true);
      |        awaitRunning(io, 0);
      |        say("1000 cancelled in time: " + (System.nanoTime() - began < 2_000_000_000L) + ", in the same process: "
      |                + (before == io.map(n -> pid(), List.of(0)).get(0)));
      |    }
      |
      |    static void dies(Pool io) throws Exception {
      |        long victim = io.map(n -> pid(), List.of(0)).get(0);
      |        CompletableFuture<List<Integer>> all = io.mapAsync(n -> pid() == victim ? waits(n) : n, range(500));
      |        awaitRunning(io, 500);
      |        long began = System.nanoTime();
      |        ProcessHandle.of(victim).orElseThrow().destroyForcibly();
      |        say("killed with 500 in flight: " + all.get().equals(range(500)));
      |        say("took ms after the death: " + (System.nanoTime() - began) / 1_000_000);
      |    }
      |
      |    static void awaitRunning(Pool io, int items) {
      |        while (io.map(n -> RUNNING.get(), List.of(0)).get(0) != items) {
      |            Thread.onSpinWait();
      |        }
      |    }
      |
      |    static void tell(String what, List<Outcome<Integer>> outcomes) {
      |        List<String> failed = outcomes.stream()
      |                .filter(outcome -> !outcome.succeeded())
      |                .map(outcome -> outcome.index() + " " + outcome.failure().getCause().getClass().getSimpleName())
      |                .collect(Collectors.toList());
      |        long right = outcomes.stream()
      |                .filter(outcome -> outcome.succeeded() && outcome.value() == outcome.index())
      |                .count();
      |        say(what + ": " + failed + ", right: " + right);
      |    }
      |
      |    static int waits(int n) throws InterruptedException {
      |        RUNNING.incrementAndGet();
      |        try {
      |            NEVER.await();
      |        } finally {
      |            RUNNING.decrementAndGet();
      |        }
      |        return n;
      |    }
      |
      |    static int slow(int n, int millis) throws InterruptedException {
      |        NEVER.await(millis, TimeUnit.MILLISECONDS);
      |        return n;
      |    }
      |
      |    static long pid() {
      |        return ProcessHandle.current().pid();
      |    }
      |
      |    static int threads() {
      |        return Thread.getAllStackTraces().size();
      |    }
      |
      |    static List<Integer> range(int count) {
      |        return IntStream.range(0, count).boxed().collect(Collectors.toList());
      |    }
      |
      |    static void say(Object text) {
      |        System.out.println(text);
      |    }
      |}
      |""".stripMargin
}
