package io.sheaf.benchmark.journal;

import io.sheaf.JobOptions;
import io.sheaf.Pool;
import io.sheaf.benchmark.LoopbackCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Measures durable jobs beside others on the same cluster, in turns, and the restart of a coordinator with very many
 * results: with a journal in SQLite and, where one is named, in a database that coordinators share.
 */
public final class JournalMain {
    private static final int ROUNDS = 6;
    private static final int ONE_BY_ONE = 300;
    private static final int AT_ONCE = 3000;
    private static final int ITEMS = 200_000;
    private static final int KEPT = 1_000_000;
    private static final int RESTARTS = 3;

    private final Path home;
    private final Path jar;
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    private JournalMain(Path home, Path jar) {
        this.home = home;
        this.jar = jar;
    }

    /** Takes the home of a distribution, the jar that this class is in, and maybe URL, user and password of a database. */
    public static void main(String[] arguments) throws Exception {
        JournalMain journal = new JournalMain(Path.of(arguments[0]), Path.of(arguments[1]));
        journal.measure("SQLite", Map.of());
        if (arguments.length == 5) {
            Map<String, String> shared = Map.of(
                    "SHEAF_JOURNAL_URL", arguments[2],
                    "SHEAF_JOURNAL_USER", arguments[3],
                    "SHEAF_JOURNAL_PASSWORD", arguments[4]);
            journal.measure("PostgreSQL", shared);
        }
        journal.print();
    }

    /** What items call that are to cost nothing but their way. */
    public static long same(long item) {
        return item;
    }

    private void measure(String where, Map<String, String> environment) throws Exception {
        try (LoopbackCluster cluster = LoopbackCluster.start(home, environment)) {
            try (Pool pool = Pool.connect(cluster.url())) {
                Pool durable = pool.with(JobOptions.defaults().withDurable(true));
                // The first round is to warm up.
                for (int round = 0; round < ROUNDS; round++) {
                    measure("no journal, beside " + where, pool, round > 0);
                    measure(where, durable, round > 0);
                }
            }
            restarts(where, cluster);
        }
    }

    private void measure(String journal, Pool pool, boolean counts) {
        List<Integer> one = List.of(1);
        long from = System.nanoTime();
        for (int i = 0; i < ONE_BY_ONE; i++) {
            pool.map(x -> x + 1, one);
        }
        long second = System.nanoTime();
        List<CompletableFuture<List<Integer>>> jobs = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            jobs.add(pool.mapAsync(x -> x + 1, one));
        }
        jobs.forEach(CompletableFuture::join);
        long third = System.nanoTime();
        pool.map(x -> x + 1, IntStream.range(0, ITEMS).boxed().toList());
        long end = System.nanoTime();
        if (counts) {
            add("jobs/s, one after the other, " + journal, ONE_BY_ONE * 1e9 / (second - from));
            add("jobs/s, " + AT_ONCE + " at once, " + journal, AT_ONCE * 1e9 / (third - second));
            add("items/s, " + journal, ITEMS * 1e9 / (end - third));
        }
    }

    private void restarts(String where, LoopbackCluster cluster) throws IOException {
        String what = JournalMain.class.getName() + "::same";
        String job = cluster.say("submit", what, "--jar", jar.toString(), "--range", "1.." + KEPT);
        cluster.say("wait", job);
        for (int i = 0; i < RESTARTS; i++) {
            long from = System.nanoTime();
            cluster.restartCoordinator();
            long ready = System.nanoTime();
            String last = cluster.say("results", job);
            if (!last.equals(Integer.toString(KEPT))) {
                throw new IllegalStateException("The last of " + KEPT + " results is " + last);
            }
            add("s from kill to ready, " + KEPT + " results, " + where, (ready - from) / 1e9);
            add("s to read them all, " + where, (System.nanoTime() - ready) / 1e9);
        }
    }

    private void add(String what, double value) {
        figures.computeIfAbsent(what, key -> new ArrayList<>()).add(value);
    }

    private void print() {
        System.out.printf(Locale.ROOT, "%-62s %10s %10s %10s%n", "", "median", "min", "max");
        figures.forEach((what, values) -> {
            List<Double> sorted = values.stream().sorted().toList();
            double median = sorted.get(sorted.size() / 2);
            System.out.printf(
                    Locale.ROOT,
                    "%-62s %10.4g %10.4g %10.4g%n",
                    what,
                    median,
                    sorted.get(0),
                    sorted.get(sorted.size() - 1));
        });
    }
}
