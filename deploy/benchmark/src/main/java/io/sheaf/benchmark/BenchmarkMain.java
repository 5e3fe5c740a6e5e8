package io.sheaf.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Runs workloads on Sheaf and on its peers in turns, prints one table, and writes the same as JSON. */
public final class BenchmarkMain {
    private static final double NOISE = 0.05;
    private static final double DRIFT = 0.05;
    private static final int WARM_UPS = 2;

    private BenchmarkMain() {}

    /**
     * What was asked for.
     *
     * @param home an unpacked distribution
     * @param python the program of the Python contestants
     * @param json where figures go
     * @param java peers in Java, where they are built
     */
    record Request(
            Path home,
            Path python,
            Path json,
            Optional<JavaPeers> java,
            int rounds,
            double noise,
            List<Workload> workloads) {
        /**
         * Takes {@code HOME PYTHON JSON}, and what the user typed: {@code --rounds N}, {@code --noise PERCENT},
         * {@code --peers FOLDER} and ids of workloads, by default 5, 5, none and all.
         *
         * @throws IllegalArgumentException when that makes no sense
         */
        static Request of(List<String> arguments) {
            int rounds = 5;
            double noise = NOISE;
            Optional<JavaPeers> java = Optional.empty();
            List<Workload> workloads = new ArrayList<>();
            for (int i = 3; i < arguments.size(); i++) {
                switch (arguments.get(i)) {
                    case "--rounds" -> rounds = (int) number(arguments, ++i, 1);
                    case "--noise" -> noise = number(arguments, ++i, 0) / 100;
                    case "--peers" -> java = Optional.of(new JavaPeers(Path.of(arguments.get(++i))));
                    default -> workloads.add(Workload.of(arguments.get(i)));
                }
            }
            return new Request(
                    Path.of(arguments.get(0)),
                    Path.of(arguments.get(1)),
                    Path.of(arguments.get(2)),
                    java,
                    rounds,
                    noise,
                    workloads.isEmpty() ? Arrays.asList(Workload.values()) : workloads);
        }

        private static double number(List<String> arguments, int at, double least) {
            String option = arguments.get(at - 1);
            try {
                double value = Double.parseDouble(arguments.get(at));
                if (value >= least) {
                    return value;
                }
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                // Said below.
            }
            throw new IllegalArgumentException(option + " needs a number of at least " + Math.round(least));
        }
    }

    /** Ends with 0, with 1 when something failed or could not be compared, or with 2 when asked for nonsense. */
    public static void main(String[] arguments) throws IOException {
        Request request;
        try {
            request = Request.of(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(run(request) ? 0 : 1);
    }

    private static boolean run(Request request) throws IOException {
        Path csv = Files.createTempDirectory("sheaf-benchmark-csv");
        Map<Workload, List<Contest.Result>> results = new LinkedHashMap<>();
        String mark = UUID.randomUUID().toString();
        try (SlowServer server = SlowServer.start();
                LoopbackCluster cluster = LoopbackCluster.start(request.home, Map.of(Noise.MARK, mark))) {
            if (request.workloads.contains(Workload.CSV)) {
                CsvFiles.write(csv);
            }
            Map<String, String> environment = Map.of(
                    Noise.MARK,
                    mark,
                    "SHEAF_HOME",
                    request.home.toString(),
                    "CSV_FILES",
                    csv.toString(),
                    "SLOW_SERVER",
                    server.url());
            Contest contest = new Contest(
                    new Noise(mark, Path.of("/proc")),
                    environment,
                    new Contest.Terms(request.rounds, WARM_UPS, request.noise, DRIFT));
            Field field = new Field(request.home, request.python, request.java, cluster.url());
            System.out.println(Table.head());
            for (Workload workload : request.workloads) {
                List<Contest.Result> found = contest.run(workload, field.of(workload));
                results.put(workload, found);
                Table.lines(workload, found).forEach(System.out::println);
            }
        } finally {
            delete(csv);
        }
        write(request, results);
        return results.values().stream().flatMap(List::stream).allMatch(Contest.Result::isComparable);
    }

    private static void write(Request request, Map<Workload, List<Contest.Result>> results) throws IOException {
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        List<Map<String, Object>> all = new ArrayList<>();
        results.forEach((workload, found) -> found.forEach(result -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("workload", workload.id());
            one.put("description", workload.description());
            one.put("contender", result.contender().name());
            one.put("figures", result.figures());
            one.put("trouble", result.trouble());
            all.add(one);
        }));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("java", System.getProperty("java.vm.version"));
        document.put("processors", Runtime.getRuntime().availableProcessors());
        document.put("results", all);
        Files.createDirectories(request.json.toAbsolutePath().getParent());
        json.writeValue(request.json.toFile(), document);
        System.out.println("The same as JSON: " + request.json);
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
