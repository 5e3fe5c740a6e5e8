package io.sheaf.benchmark;

import io.sheaf.benchmark.Contender.Role;
import io.sheaf.benchmark.Contest.Result;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Results as lines of text. */
final class Table {
    private Table() {}

    static String head() {
        return line("", "", "median", "min", "max", "", "processes ÷ it", "cluster ÷ it", "");
    }

    /** One line for each measure of each contender; the ratios say how many times as good Sheaf is. */
    static List<String> lines(Workload workload, List<Result> results) {
        Optional<Result> processes = of(results, Role.PROCESSES);
        Optional<Result> cluster = of(results, Role.CLUSTER);
        return results.stream()
                .flatMap(result -> result.figures().isEmpty()
                        ? java.util.stream.Stream.of(failed(workload, result))
                        : java.util.stream.IntStream.range(0, result.figures().size())
                                .mapToObj(i -> line(
                                        workload, result, i, ratio(processes, result, i), ratio(cluster, result, i))))
                .toList();
    }

    private static Optional<Result> of(List<Result> results, Role role) {
        return results.stream()
                .filter(result -> result.contender().role() == role)
                .findFirst();
    }

    /** Between what was disturbed there is none. */
    static Optional<Figures> ratio(Optional<Result> ours, Result theirs, int measure) {
        return ours.filter(result -> !result.equals(theirs)
                        && result.isComparable()
                        && theirs.isComparable()
                        && !result.figures().isEmpty())
                .map(result ->
                        result.figures().get(measure).over(theirs.figures().get(measure)));
    }

    private static String failed(Workload workload, Result result) {
        return line(workload.id(), result.contender().name(), "-", "-", "-", "", "-", "-", result.trouble());
    }

    private static String line(
            Workload workload, Result result, int measure, Optional<Figures> processes, Optional<Figures> cluster) {
        Figures figures = result.figures().get(measure);
        return line(
                workload.id(),
                result.contender().name(),
                number(figures.median()),
                number(figures.least()),
                number(figures.most()),
                figures.name(),
                processes.map(Table::range).orElse("-"),
                cluster.map(Table::range).orElse("-"),
                result.trouble());
    }

    private static String line(String... cells) {
        return String.format(Locale.ROOT, "%-4s %-22s %11s %11s %11s  %-11s %18s %18s  %s", (Object[]) cells)
                .stripTrailing();
    }

    private static String range(Figures ratio) {
        return String.format(Locale.ROOT, "%.2f [%.2f %.2f]", ratio.median(), ratio.least(), ratio.most());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 1000 ? "%,.0f" : value >= 10 ? "%.1f" : "%.3f", value);
    }
}
