package io.sheaf.benchmark.growth;

import io.sheaf.Pool;
import io.sheaf.benchmark.LoopbackCluster;
import io.sheaf.benchmark.growth.Plot.Line;
import io.sheaf.benchmark.growth.Plot.Panel;
import io.sheaf.benchmark.growth.Plot.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Measures how cost grows with items, their size, processes and clients, and draws it. */
public final class GrowthMain {
    private static final int MOST_ITEMS = 10_000_000;
    private static final int MOST_CLIENTS = 200;
    private static final int LARGEST = 16 << 20;
    private static final int PORTION = 64 << 20;
    private static final int MOST_WORKERS = 8;
    private static final int ROUNDS = 3;
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long FIRST_WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long BRIEF_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path home;
    private final Map<String, Map<String, List<Point>>> figures = new LinkedHashMap<>();

    private GrowthMain(Path home) {
        this.home = home;
    }

    /** Takes the home of a distribution, the file to draw to, and what {@code SchedulingBenchmark} has printed. */
    public static void main(String[] arguments) throws Exception {
        GrowthMain growth = new GrowthMain(Path.of(arguments[0]));
        growth.withProcesses(2, pool -> growth.items("processes", pool));
        growth.withCluster(2, pool -> growth.items("cluster", pool));
        growth.withProcesses(2, pool -> growth.payloads("processes", pool));
        growth.withCluster(2, pool -> growth.payloads("cluster", pool));
        for (int workers = 1; workers <= MOST_WORKERS; workers *= 2) {
            int count = workers;
            growth.withProcesses(count, pool -> growth.workers("processes", pool, count));
            growth.withCluster(count, pool -> growth.workers("cluster", pool, count));
        }
        growth.clients();
        growth.decisions(Path.of(arguments[2]));
        Files.writeString(Path.of(arguments[1]), Plot.svg(growth.panels()));
        System.out.println("Drawn: " + arguments[1]);
    }

    private interface Work {
        void run() throws Exception;
    }

    private interface Measurement {
        void run(Pool pool) throws Exception;
    }

    private void withProcesses(int count, Measurement measurement) throws Exception {
        try (Pool pool = Pool.processes(count)) {
            warmUp(pool);
            measurement.run(pool);
        }
    }

    private void withCluster(int workers, Measurement measurement) throws Exception {
        try (LoopbackCluster cluster = LoopbackCluster.start(home, workers, Map.of());
                Pool pool = Pool.connect(cluster.url())) {
            warmUp(pool);
            measurement.run(pool);
        }
    }

    /** What was just started still compiles the code that all work needs. */
    private static void warmUp(Pool pool) throws Exception {
        List<Integer> items = IntStream.range(0, 1000).boxed().toList();
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < FIRST_WARM_UP_NANOS) {
            pool.map(x -> x + 1, items);
        }
    }

    /** The median of a few rounds, after some that do not count. */
    private static double seconds(Work work) throws Exception {
        long begun = System.nanoTime();
        work.run();
        while (System.nanoTime() - begun < WARM_UP_NANOS) {
            work.run();
        }
        List<Double> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            long from = System.nanoTime();
            work.run();
            rounds.add((System.nanoTime() - from) / 1e9);
        }
        Collections.sort(rounds);
        return rounds.get(ROUNDS / 2);
    }

    private void items(String where, Pool pool) throws Exception {
        for (int count = 1000; count <= MOST_ITEMS; count *= 10) {
            List<Integer> items = IntStream.range(0, count).boxed().toList();
            double seconds = seconds(() -> pool.map(x -> x + 1, items));
            add("items", where, count, count / seconds);
            memory("items", where, count);
        }
    }

    private void payloads(String where, Pool pool) throws Exception {
        for (int size = 10; size <= LARGEST; size = size == 1_000_000 ? LARGEST : size * 10) {
            int length = size;
            int count = Math.max(4, Math.min(20_000, PORTION / size));
            List<byte[]> items =
                    IntStream.range(0, count).mapToObj(i -> new byte[length]).toList();
            double seconds = seconds(() -> pool.map(bytes -> bytes, items));
            add("payload", where, size, 2e-6 * count * size / seconds);
            memory("payload", where, size);
        }
    }

    private void workers(String where, Pool pool, int workers) throws Exception {
        List<Integer> items = IntStream.range(0, 2000).boxed().toList();
        double seconds = seconds(() -> pool.map(GrowthMain::brief, items));
        add("workers", where, workers, items.size() / seconds);
        memory("workers", where, workers);
    }

    private void clients() throws Exception {
        try (LoopbackCluster cluster = LoopbackCluster.start(home, Map.of());
                Pool first = Pool.connect(cluster.url())) {
            warmUp(first);
            for (int clients : new int[] {1, 2, 5, 10, 20, 50, 100, MOST_CLIENTS}) {
                List<Pool> pools = new ArrayList<>();
                for (int i = 0; i < clients; i++) {
                    pools.add(Pool.connect(cluster.url()));
                }
                int each = 200_000 / clients;
                double seconds = seconds(() -> all(pools, each));
                add("clients", "cluster", clients, (double) each * clients / seconds);
                memory("clients", "", clients);
                pools.forEach(Pool::close);
            }
        }
    }

    /** Lines of workers, waiting jobs, decisions a second, and µs for each. */
    private void decisions(Path table) throws IOException {
        for (String line : Files.readAllLines(table)) {
            List<String> cells =
                    Stream.of(line.split("\\|", -1)).map(String::strip).toList();
            if (cells.size() > 4 && cells.get(1).matches("[0-9,]+")) {
                double workers = Double.parseDouble(cells.get(1).replace(",", ""));
                add("decisions", cells.get(2) + " waiting jobs", workers, Double.parseDouble(cells.get(4)));
            }
        }
    }

    private static void all(List<Pool> pools, int items) {
        List<Integer> numbers = IntStream.range(0, items).boxed().toList();
        List<CompletableFuture<List<Integer>>> jobs =
                pools.stream().map(pool -> pool.mapAsync(x -> x + 1, numbers)).toList();
        jobs.forEach(CompletableFuture::join);
    }

    private static int brief(int item) {
        long end = System.nanoTime() + BRIEF_NANOS;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        return item;
    }

    private void add(String panel, String line, double x, double y) {
        figures.computeIfAbsent(panel, key -> new LinkedHashMap<>())
                .computeIfAbsent(line, key -> new ArrayList<>())
                .add(new Point(x, y));
        System.out.println(String.format(Locale.ROOT, "%s %s: %.0f: %.4g", panel, line, x, y));
    }

    private void memory(String panel, String of, double x) throws IOException {
        Memory.largest().forEach((part, size) -> {
            String line = part.name().toLowerCase(Locale.ROOT);
            boolean common = part == Memory.Part.EXECUTOR && !of.isEmpty();
            add(panel + " memory", common ? line + ", " + of : line, x, size);
        });
    }

    private List<Panel> panels() {
        return List.of(
                panel("items", "Items of a map, x + 1", "items", "items/s", true),
                panel("items memory", "The same: memory", "items", "MiB resident at most", false),
                panel("payload", "Echo of items by their size", "bytes of an item", "MB/s, both ways", true),
                panel("payload memory", "The same: memory", "bytes of an item", "MiB resident at most", false),
                panel("workers", "Items of 1 ms, on two cores", "executors", "items/s", false),
                panel("workers memory", "The same: memory", "executors", "MiB resident at most", false),
                panel("clients", "Clients that map at once, 200,000 items together", "clients", "items/s", true),
                panel("clients memory", "The same: memory", "clients", "MiB resident at most", false),
                panel("decisions", "Handing out work, simulated", "workers of 16 slots", "µs for a lease", false));
    }

    private Panel panel(String id, String title, String x, String y, boolean logarithmic) {
        List<Line> lines = figures.getOrDefault(id, Map.of()).entrySet().stream()
                .map(entry -> new Line(entry.getKey(), entry.getValue()))
                .collect(Collectors.toList());
        return new Panel(title, x, y, logarithmic, lines);
    }
}
