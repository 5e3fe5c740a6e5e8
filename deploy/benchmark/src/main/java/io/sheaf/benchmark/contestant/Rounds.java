package io.sheaf.benchmark.contestant;

import io.sheaf.RemoteCallable;
import io.sheaf.benchmark.Workload;
import io.sheaf.builtins.CsvSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The workloads as a user would write them, with default settings. Each checks its results. */
final class Rounds {
    private static final int SAMPLES = 2000;

    private final BackEnd pool;
    private final Round round;
    private final List<Integer> bounds;

    private interface Round {
        String run();
    }

    Rounds(BackEnd pool, Workload workload) throws IOException {
        this.pool = pool;
        this.bounds = bounds(workload);
        this.round = of(workload);
    }

    private static List<Integer> bounds(Workload workload) {
        return switch (workload) {
            case COMPUTE -> Collections.nCopies(400, bound("B_20MS"));
            case SKEW -> skewed();
            default -> List.of();
        };
    }

    private static List<Integer> skewed() {
        List<Integer> bounds = new ArrayList<>(Collections.nCopies(380, bound("B_2MS")));
        bounds.addAll(Collections.nCopies(20, bound("B_100MS")));
        return bounds;
    }

    private static int bound(String name) {
        return Integer.parseInt(System.getenv(name));
    }

    private Round of(Workload workload) throws IOException {
        return switch (workload) {
            case MAP -> map();
            case SUBMIT -> submits(10_000);
            case LATENCY -> this::latency;
            case ECHO -> echo();
            case COMPUTE, SKEW -> () -> timed(() -> pool.map(Rounds::primes, bounds));
            case START ->
                () -> timed(() -> pool.submit((RemoteCallable<Integer>) () -> 1).join());
            case CSV -> csv();
            case FETCH -> fetch();
            case QUEUE -> submits(1_000_000);
            case COMMANDS -> throw new IllegalArgumentException("Commands are run by the command line");
        };
    }

    String run() {
        return round.run();
    }

    /** The computing of this workload in this thread. */
    String baseline() {
        return timed(() -> bounds.forEach(Rounds::primes));
    }

    private static String timed(Runnable work) {
        long from = System.nanoTime();
        work.run();
        return "seconds " + (System.nanoTime() - from) / 1e9;
    }

    private Round map() {
        List<Integer> items = IntStream.range(0, 1_000_000).boxed().toList();
        return () -> timed(() -> {
            List<Integer> results = pool.map(x -> x + 1, items);
            check(results.size() == 1_000_000 && results.get(777_777) == 777_778);
        });
    }

    private Round submits(int count) {
        return () -> timed(() -> {
            List<CompletableFuture<Integer>> futures = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                futures.add(pool.submit((RemoteCallable<Integer>) () -> 1));
            }
            long sum = 0;
            for (CompletableFuture<Integer> future : futures) {
                sum += future.join();
            }
            check(sum == count);
        });
    }

    private String latency() {
        long[] nanos = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            long from = System.nanoTime();
            check(pool.submit((RemoteCallable<Integer>) () -> 1).join() == 1);
            nanos[i] = System.nanoTime() - from;
        }
        Arrays.sort(nanos);
        return "p50 " + nanos[SAMPLES / 2] / 1e3 + " p99 " + nanos[SAMPLES * 99 / 100] / 1e3;
    }

    private Round echo() {
        Random random = new Random(1);
        List<byte[]> items = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] body = new byte[1 << 20];
            random.nextBytes(body);
            items.add(body);
        }
        return () ->
                timed(() -> check(Arrays.equals(pool.map(bytes -> bytes, items).get(199), items.get(199))));
    }

    private Round csv() throws IOException {
        List<String> files;
        try (Stream<Path> all = Files.list(Path.of(System.getenv("CSV_FILES")))) {
            files = all.map(Path::toString).sorted().toList();
        }
        return () -> timed(() -> check(pool.map(Rounds::summary, files).stream().allMatch(rows -> rows > 10_000)));
    }

    /** Not all peers can send a path. */
    private static long summary(String file) throws Exception {
        return new CsvSummary().apply(Path.of(file)).rows();
    }

    private Round fetch() {
        String address = System.getenv("SLOW_SERVER");
        List<String> items = Collections.nCopies(2000, address);
        BackEnd waiting = pool.waiting();
        return () -> timed(() -> check(waiting.map(Rounds::get, items).stream().allMatch(status -> status == 200)));
    }

    /** One client for each process, made when it is needed. */
    private static final class Client {
        static final HttpClient SHARED = HttpClient.newHttpClient();

        private Client() {}
    }

    private static int get(String address) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
            return Client.SHARED
                    .send(request, HttpResponse.BodyHandlers.ofByteArray())
                    .statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many there are below the bound, by trial division. */
    private static int primes(int bound) {
        int count = 0;
        for (int i = 2; i < bound; i++) {
            int divisor = 2;
            while (divisor * divisor <= i && i % divisor != 0) {
                divisor++;
            }
            count += divisor * divisor > i ? 1 : 0;
        }
        return count;
    }

    private static void check(boolean right) {
        if (!right) {
            throw new IllegalStateException("A result is wrong");
        }
    }
}
