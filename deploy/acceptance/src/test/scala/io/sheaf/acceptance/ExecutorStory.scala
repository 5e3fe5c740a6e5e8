package io.sheaf.acceptance

/** The part of {@link PoolStory} about what `java.util.concurrent` and Python's pools have promised all along. */
object ExecutorStory {

  val answers: Seq[String] = Seq(
    "whatever the chunk: true, and a negative one: IllegalArgumentException",
    "no slots: [IllegalArgumentException, IllegalArgumentException, IllegalArgumentException, IllegalArgumentException]",
    "ordered to the end: true false NoSuchElementException",
    "fastest first: [1, 2, 0]",
    "an iterator that was read: []",
    "a map without waiting: [[0, 1, 4]] []; one that fails: [] [TaskFailedException 1]",
    "a huge failure: told, and on: 1",
    "one retry of two: IllegalStateException 2",
    "the stack: named in Story.java, and of the caller: true",
    "fails while others run: true",
    "states: true true true true",
    "callbacks: [before, after, cancelled, failed]",
    "any of: quick, all of: [1, 2]",
    "combined: 7, too late: TimeoutException, replaced: 9",
    "derived: true, and its call: 4",
    "cancelled, and called again: 5",
    "no time: TimeoutException TimeoutException [true] TimeoutException",
    "the outer limit: true",
    "none of: ExecutionException TaskFailedException, of nothing: IllegalArgumentException, null: NullPointerException",
    "interrupted: InterruptedException 6",
    "executed: true",
    "shut down: false true true, refused: 5, ended: true true, again: []",
    "shut down now: 50 ended, some cancelled: true, terminated: true"
  )

  val answersElsewhere: Seq[String] = Seq(
    "as many processes as slots: true",
    "after a crash, in what hangs on it: 7",
    "a crash while others run: true"
  )

  val source: String =
    """
      |/** What java.util.concurrent and Python's pools have promised all along. */
      |class Promises {
      |    private static final RemoteCallable<Integer> STUCK = () -> {
      |        Story.await(1_000_000);
      |        return 1;
      |    };
      |
      |    static void tell(Pool pool, String where) throws Exception {
      |        maps(pool);
      |        failures(pool);
      |        futures(pool);
      |        times(pool);
      |        executor(pool);
      |        try (Pool other = Story.open(where)) {
      |            shutdown(other);
      |        }
      |        try (Pool other = Story.open(where)) {
      |            shutdownNow(other);
      |        }
      |    }
      |
      |    /** What of this is thrown. */
      |    static String thrown(Callable<?> action) {
      |        try {
      |            return "nothing but " + action.call();
      |        } catch (Exception e) {
      |            return e.getClass().getSimpleName();
      |        }
      |    }
      |
      |    static void maps(Pool pool) {
      |        boolean same = true;
      |        for (int chunk : List.of(1, 6, 20, 40, 50)) {
      |            Pool chunked = pool.with(JobOptions.defaults().withChunkSize(chunk));
      |            same &= chunked.map(n -> n + 1, Story.range(40)).equals(pool.map(n -> n + 1, Story.range(40)));
      |            same &= chunked.<Integer, Integer, Integer>starmap((a, b) -> a * b, Story.range(40), Story.range(41))
      |                    .equals(pool.map(n -> n * n, Story.range(40)));
      |        }
      |        Story.say("whatever the chunk: " + same + ", and a negative one: "
      |                + thrown(() -> JobOptions.defaults().withChunkSize(-1)));
      |        Story.say("no slots: " + List.of(
      |                thrown(() -> Pool.threads(0)),
      |                thrown(() -> Pool.threads(-1)),
      |                thrown(() -> Pool.processes(0)),
      |                thrown(() -> Pool.processes(-1))));
      |        List<Integer> ordered = new ArrayList<>();
      |        try (ResultStream<Integer> results = pool.with(JobOptions.defaults().withChunkSize(100)).imap(n -> {
      |            Story.await(n % 100 == 0 ? 10 : 0);
      |            return n;
      |        }, Story.range(1000))) {
      |            results.forEachRemaining(ordered::add);
      |            Story.say("ordered to the end: " + ordered.equals(Story.range(1000)) + " " + results.hasNext() + " "
      |                    + thrown(results::next));
      |        }
      |        List<Integer> fastest = new ArrayList<>();
      |        try (ResultStream<Integer> results = pool.imapUnordered(n -> {
      |            Story.await(n == 0 ? 3000 : n == 2 ? 1000 : 0);
      |            return n;
      |        }, Story.range(3))) {
      |            results.forEachRemaining(fastest::add);
      |        }
      |        Story.say("fastest first: " + fastest);
      |        Iterator<Integer> read = List.<Integer>of().iterator();
      |        Story.say("an iterator that was read: " + pool.map(n -> n, () -> read));
      |    }
      |
      |    static void failures(Pool pool) throws Exception {
      |        List<Object> values = Collections.synchronizedList(new ArrayList<>());
      |        List<Object> errors = Collections.synchronizedList(new ArrayList<>());
      |        String told = "";
      |        for (int bad : List.of(-1, 1)) {
      |            values.clear();
      |            errors.clear();
      |            pool.mapAsync(n -> {
      |                if (n == bad) {
      |                    throw new IllegalStateException("bad");
      |                }
      |                return n * n;
      |            }, Story.range(3)).handle((list, e) -> e == null ? values.add(list) : errors.add(
      |                    e.getClass().getSimpleName() + " " + ((TaskFailedException) e).itemIndex())).get(60, TimeUnit.SECONDS);
      |            told += (bad < 0 ? "a map without waiting: " : "; one that fails: ") + values + " " + errors;
      |        }
      |        Story.say(told);
      |        try {
      |            pool.map(n -> {
      |                throw new IllegalStateException("x".repeat(5_000_000));
      |            }, Story.range(4));
      |        } catch (TaskFailedException e) {
      |            Story.say("a huge failure: " + (e.getCause().getMessage().length() > 60_000 ? "told" : e) + ", and on: " + pool.submit(() -> 1).get());
      |        }
      |        try {
      |            pool.with(JobOptions.defaults().withRetries(1).withRetryBackoff(Duration.ofMillis(1))).map(n -> {
      |                if (TaskContext.current().attempt() < 3) {
      |                    throw new IllegalStateException("not yet");
      |                }
      |                return n;
      |            }, List.of(1));
      |        } catch (TaskFailedException e) {
      |            Story.say("one retry of two: " + e.getCause().getClass().getSimpleName() + " " + e.attempts());
      |        }
      |        try {
      |            pool.map(n -> raise(), List.of(1));
      |        } catch (TaskFailedException e) {
      |            StringWriter text = new StringWriter();
      |            e.printStackTrace(new PrintWriter(text));
      |            boolean named = Stream.of(e.getCause().getStackTrace())
      |                    .anyMatch(frame -> frame.getMethodName().equals("raise") && "Story.java".equals(frame.getFileName()));
      |            Story.say("the stack: " + (named ? "named in Story.java" : text) + ", and of the caller: "
      |                    + text.toString().contains("Story.main"));
      |        }
      |        long from = System.nanoTime();
      |        thrown(() -> pool.map(n -> {
      |            if (n == 0) {
      |                throw new IllegalStateException("at once");
      |            }
      |            return STUCK.call();
      |        }, Story.range(2)));
      |        Story.say("fails while others run: " + (System.nanoTime() - from < TimeUnit.SECONDS.toNanos(10)));
      |    }
      |
      |    static int raise() {
      |        throw new IllegalStateException("raised");
      |    }
      |
      |    static void futures(Pool pool) throws Exception {
      |        CompletableFuture<Integer> running = pool.submit(STUCK);
      |        CompletableFuture<Integer> failed = pool.submit(() -> raise());
      |        boolean open = !running.isDone() && !running.isCancelled() && !running.isCompletedExceptionally();
      |        running.cancel(true);
      |        boolean cancelled = running.isDone() && running.isCancelled() && running.isCompletedExceptionally();
      |        String first = thrown(() -> failed.get(60, TimeUnit.SECONDS));
      |        boolean bad = failed.isDone() && !failed.isCancelled() && failed.isCompletedExceptionally();
      |        boolean again = first.equals(thrown(failed::get)) && first.equals("ExecutionException") && !failed.cancel(true);
      |        Story.say("states: " + open + " " + cancelled + " " + bad + " " + again);
      |        List<String> called = Collections.synchronizedList(new ArrayList<>());
      |        CompletableFuture<Integer> slow = pool.submit(() -> {
      |            Story.await(200);
      |            return 1;
      |        });
      |        slow.thenRun(() -> called.add("before")).get(60, TimeUnit.SECONDS);
      |        slow.thenRun(() -> called.add("after"));
      |        running.whenComplete((n, e) -> called.add(e instanceof CancellationException ? "cancelled" : "odd"));
      |        failed.whenComplete((n, e) -> called.add(e instanceof TaskFailedException ? "failed" : "odd"));
      |        Story.say("callbacks: " + called);
      |        CompletableFuture<Integer> stuck = pool.submit(STUCK);
      |        List<CompletableFuture<Integer>> two = List.of(pool.submit(() -> 1), pool.submit(() -> 2));
      |        Object any = CompletableFuture.anyOf(stuck, pool.submit(() -> "quick")).get(60, TimeUnit.SECONDS);
      |        CompletableFuture.allOf(two.get(0), two.get(1)).get(60, TimeUnit.SECONDS);
      |        Story.say("any of: " + any + ", all of: " + two.stream().map(CompletableFuture::join).collect(Collectors.toList()));
      |        stuck.cancel(true);
      |        int sum = pool.submit(() -> 3).thenCombine(pool.submit(() -> 4), Integer::sum).get(60, TimeUnit.SECONDS);
      |        CompletableFuture<Integer> late = pool.submit(STUCK);
      |        CompletableFuture<Integer> replaced = pool.submit(STUCK);
      |        String limit = thrown(() -> late.copy().orTimeout(50, TimeUnit.MILLISECONDS).join()).equals("CompletionException")
      |                ? "TimeoutException" : "nothing";
      |        int nine = replaced.copy().completeOnTimeout(9, 50, TimeUnit.MILLISECONDS).join();
      |        Story.say("combined: " + sum + ", too late: " + limit + ", replaced: " + nine);
      |        late.cancel(true);
      |        replaced.cancel(true);
      |        CompletableFuture<Integer> four = pool.submit(() -> {
      |            Story.await(500);
      |            return 4;
      |        });
      |        boolean derived = four.thenApply(n -> n + 1).cancel(true);
      |        Story.say("derived: " + derived + ", and its call: " + four.get(60, TimeUnit.SECONDS));
      |        Story.say("cancelled, and called again: " + pool.submit(() -> 5).get(60, TimeUnit.SECONDS));
      |    }
      |
      |    static void times(Pool pool) throws Exception {
      |        CompletableFuture<Integer> stuck = pool.submit(STUCK);
      |        Story.say("no time: " + thrown(() -> stuck.get(0, TimeUnit.SECONDS)) + " "
      |                + thrown(() -> stuck.get(-1, TimeUnit.SECONDS)) + " "
      |                + pool.invokeAll(List.of(STUCK), 0, TimeUnit.SECONDS).stream()
      |                        .map(Future::isCancelled).collect(Collectors.toList())
      |                + " " + thrown(() -> pool.invokeAny(List.of(STUCK), 0, TimeUnit.SECONDS)));
      |        stuck.cancel(true);
      |        long from = System.nanoTime();
      |        Pool patient = pool.with(JobOptions.defaults().withTimeout(Duration.ofSeconds(60)));
      |        boolean cancelled = patient.invokeAll(List.of(STUCK), 300, TimeUnit.MILLISECONDS).get(0).isCancelled();
      |        Story.say("the outer limit: " + (cancelled && System.nanoTime() - from < TimeUnit.SECONDS.toNanos(20)));
      |    }
      |
      |    static void executor(Pool pool) throws Exception {
      |        RemoteCallable<Integer> failing = () -> raise();
      |        String none = "";
      |        try {
      |            pool.invokeAny(List.of(failing, failing));
      |        } catch (ExecutionException e) {
      |            none = e.getClass().getSimpleName() + " " + e.getCause().getClass().getSimpleName();
      |        }
      |        Story.say("none of: " + none + ", of nothing: " + thrown(() -> pool.invokeAny(List.<Callable<Integer>>of()))
      |                + ", null: " + thrown(() -> pool.submit((Callable<Integer>) null)));
      |        CompletableFuture<Integer> six = pool.submit(() -> {
      |            Story.await(500);
      |            return 6;
      |        });
      |        Thread.currentThread().interrupt();
      |        String interrupted = thrown(six::get);
      |        Story.say("interrupted: " + interrupted + " " + six.get(60, TimeUnit.SECONDS));
      |        java.nio.file.Path file = java.nio.file.Files.createTempFile("executed", "");
      |        String name = file.toString();
      |        RemoteRunnable writing = () -> java.nio.file.Files.writeString(java.nio.file.Path.of(name), "executed");
      |        pool.execute(writing);
      |        for (int i = 0; i < 3000 && java.nio.file.Files.size(file) == 0; i++) {
      |            Story.await(20);
      |        }
      |        Story.say("executed: " + java.nio.file.Files.readString(file).equals("executed"));
      |        java.nio.file.Files.delete(file);
      |    }
      |
      |    static void shutdown(Pool pool) throws Exception {
      |        CompletableFuture<Integer> last = pool.submit(() -> {
      |            Story.await(500);
      |            return 1;
      |        });
      |        CompletableFuture<Integer> cancelled = pool.submit(STUCK);
      |        cancelled.cancel(true);
      |        RemoteRunnable action = () -> {};
      |        RemoteCallable<Integer> call = () -> 1;
      |        pool.shutdown();
      |        String before = pool.isTerminated() + " " + pool.isShutdown() + " "
      |                + !pool.awaitTermination(1, TimeUnit.MILLISECONDS);
      |        long refused = Stream.<Callable<?>>of(
      |                        () -> pool.submit(call),
      |                        () -> pool.submit((Runnable) action, 1),
      |                        () -> pool.invokeAll(List.of(call)),
      |                        () -> pool.invokeAny(List.of(call)),
      |                        () -> {
      |                            pool.execute(action);
      |                            return 1;
      |                        })
      |                .filter(one -> thrown(one).equals("RejectedExecutionException"))
      |                .count();
      |        boolean ended = pool.awaitTermination(60, TimeUnit.SECONDS);
      |        Story.say("shut down: " + before + ", refused: " + refused + ", ended: " + ended + " "
      |                + (pool.isTerminated() && last.isDone() && last.join() == 1) + ", again: " + pool.shutdownNow());
      |        pool.close();
      |        pool.close();
      |    }
      |
      |    static void shutdownNow(Pool pool) throws Exception {
      |        List<CompletableFuture<Integer>> futures = new ArrayList<>();
      |        for (int i = 0; i < 50; i++) {
      |            futures.add(pool.submit(() -> {
      |                Story.await(200);
      |                return 1;
      |            }));
      |        }
      |        futures.get(0).get(60, TimeUnit.SECONDS);
      |        pool.shutdownNow();
      |        boolean terminated = pool.awaitTermination(60, TimeUnit.SECONDS);
      |        long ended = futures.stream().filter(CompletableFuture::isDone).count();
      |        long cancelled = futures.stream().filter(CompletableFuture::isCancelled).count();
      |        Story.say("shut down now: " + ended + " ended, some cancelled: " + (cancelled > 20 && cancelled < 50)
      |                + ", terminated: " + terminated);
      |    }
      |
      |    /** In any process, once there is another: however long a process takes to start, the items do not go without. */
      |    static long meet(String folder) throws Exception {
      |        long pid = ProcessHandle.current().pid();
      |        Files.write(Path.of(folder, String.valueOf(pid)), new byte[0]);
      |        for (int i = 0; i < 3000 && Path.of(folder).toFile().list().length < 2; i++) {
      |            Story.await(20);
      |        }
      |        return pid;
      |    }
      |
      |    /** Where there are processes. */
      |    static void elsewhere(Pool pool) throws Exception {
      |        String met = Files.createTempDirectory("processes").toString();
      |        Set<Long> pids = new TreeSet<>(pool.map(n -> meet(met), Story.range(45)));
      |        for (File file : new File(met).listFiles()) {
      |            file.delete();
      |        }
      |        new File(met).delete();
      |        for (int i = 0; i < 10; i++) {
      |            pids.add(pool.submit(() -> ProcessHandle.current().pid()).get(60, TimeUnit.SECONDS));
      |        }
      |        Story.say("as many processes as slots: " + (2 <= pids.size() && pids.size() <= 3 ? "true" : pids));
      |        Story.say("after a crash, in what hangs on it: " + pool.submit(() -> {
      |            System.exit(3);
      |            return 1;
      |        }).handle((n, e) -> pool.submit(() -> 7).join()).get(120, TimeUnit.SECONDS));
      |        long from = System.nanoTime();
      |        String lost = thrown(() -> pool.map(n -> {
      |            if (n == 0) {
      |                System.exit(1);
      |            }
      |            return STUCK.call();
      |        }, Story.range(2)));
      |        boolean soon = System.nanoTime() - from < TimeUnit.SECONDS.toNanos(30);
      |        Story.say("a crash while others run: " + (soon && lost.equals("TaskFailedException")));
      |    }
      |}
      |""".stripMargin
}
