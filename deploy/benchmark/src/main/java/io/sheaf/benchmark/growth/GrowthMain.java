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
    private static final long BRIEF_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Map<String, Map<String, List<Point>>> figures = new LinkedHashMap<>();

    private GrowthMain() {}

    /** Takes the home of a distribution, the file to draw to, and what {@code SchedulingBenchmark} has printed. */
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        GrowthMain growth = new GrowthMain();
        growth.items();
        growth.payloads();
        growth.processes();
        growth.clients(home);
        growth.decisions(Path.of(arguments[2]));
        Files.writeString(Path.of(arguments[1]), Plot.svg(growth.panels()));
        System.out.println("Drawn: " + arguments[1]);
    }

    private interface Work {
        void run() throws Exception;
    }

    /** Twice, of which the second time counts. */
    private static double seconds(Work work) throws Exception {
        work.run();
        long from = System.nanoTime();
        work.run();
        return (System.nanoTime() - from) / 1e9;
    }

    private void items() throws Exception {
        try (Pool pool = Pool.processes(2)) {
            for (int count = 1000; count <= MOST_ITEMS; count *= 10) {
                List<Integer> items = IntStream.range(0, count).boxed().toList();
                double seconds = seconds(() -> pool.map(x -> x + 1, items));
                add("items", "processes(2)", count, count / seconds);
                memory("items", "processes(2)", count);
            }
        }
    }

    private void payloads() throws Exception {
        try (Pool pool = Pool.processes(2)) {
            for (int size = 10; size <= LARGEST; size = size == 1_000_000 ? LARGEST : size * 10) {
                int length = size;
                int count = Math.max(4, Math.min(20_000, PORTION / size));
                List<byte[]> items = IntStream.range(0, count)
                        .mapToObj(i -> new byte[length])
                        .toList();
                double seconds = seconds(() -> pool.map(bytes -> bytes, items));
                add("payload", "processes(2)", size, 2e-6 * count * size / seconds);
                memory("payload", "processes(2)", size);
            }
        }
    }

    private void processes() throws Exception {
        for (int workers = 1; workers <= 8; workers *= 2) {
            try (Pool pool = Pool.processes(workers)) {
                List<Integer> items = IntStream.range(0, 2000).boxed().toList();
                double seconds = seconds(() -> pool.map(GrowthMain::brief, items));
                add("workers", "items of 1 ms", workers, items.size() / seconds);
                memory("workers", "", workers);
            }
        }
    }

    private void clients(Path home) throws Exception {
        try (LoopbackCluster cluster = LoopbackCluster.start(home, Map.of())) {
            for (int clients : new int[] {1, 2, 5, 10, 20, 50, 100, MOST_CLIENTS}) {
                List<Pool> pools = new ArrayList<>();
                for (int i = 0; i < clients; i++) {
                    pools.add(Pool.connect(cluster.url()));
                }
                int each = 200_000 / clients;
                double seconds = seconds(() -> all(pools, each));
                add("clients", "cluster of two", clients, (double) each * clients / seconds);
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
        Memory.largest()
                .forEach((part, size) ->
                        add(panel + " memory", (part.name().toLowerCase(Locale.ROOT) + " " + of).strip(), x, size));
    }

    private List<Panel> panels() {
        return List.of(
                panel("items", "Items of a map, x + 1", "items", "items/s", true),
                panel("items memory", "The same: memory", "items", "MiB resident", false),
                panel("payload", "Echo of items by their size", "bytes of an item", "MB/s, both ways", true),
                panel("payload memory", "The same: memory", "bytes of an item", "MiB resident", false),
                panel("workers", "Processes, on the cores that there are", "processes", "items/s", false),
                panel("workers memory", "The same: memory", "processes", "MiB resident", false),
                panel("clients", "Clients that map at once, 200,000 items together", "clients", "items/s", true),
                panel("clients memory", "The same: memory", "clients", "MiB resident", false),
                panel("decisions", "Handing out work, simulated", "workers of 16 slots", "µs for a lease", false));
    }

    private Panel panel(String id, String title, String x, String y, boolean logarithmic) {
        List<Line> lines = figures.getOrDefault(id, Map.of()).entrySet().stream()
                .map(entry -> new Line(entry.getKey(), entry.getValue()))
                .collect(Collectors.toList());
        return new Panel(title, x, y, logarithmic, lines);
    }
}
