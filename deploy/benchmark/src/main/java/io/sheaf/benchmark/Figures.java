package io.sheaf.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a contender reached, round by round.
 *
 * @param name of what was measured, with its unit
 * @param moreIsBetter which way is up
 * @param values one for each round, in order
 */
record Figures(String name, boolean moreIsBetter, List<Double> values) {
    /** @throws IllegalArgumentException when there are none */
    Figures {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("No round was measured");
        }
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double least() {
        return values.stream().mapToDouble(value -> value).min().orElseThrow();
    }

    double most() {
        return values.stream().mapToDouble(value -> value).max().orElseThrow();
    }

    /** How many times as good as the other this is, round against round, since a machine drifts. */
    Figures over(Figures other) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(values.size(), other.values.size()); i++) {
            double ratio = values.get(i) / other.values.get(i);
            ratios.add(moreIsBetter ? ratio : 1 / ratio);
        }
        return new Figures("ratio", true, ratios);
    }

    /** The figures of a workload. */
    static List<Figures> of(Workload workload, List<Answer> answers, double baseline) {
        String unit = workload.unit();
        return switch (workload.measure()) {
            case RATE -> List.of(higher(unit, answers, answer -> workload.count() / answer.seconds()));
            case LATENCY ->
                List.of(
                        lower("p50 " + unit, answers, answer -> answer.value("p50")),
                        lower("p99 " + unit, answers, answer -> answer.value("p99")));
            case SPEEDUP -> List.of(higher(unit, answers, answer -> baseline / answer.seconds()));
            case MAKESPAN -> List.of(lower(unit, answers, answer -> answer.seconds() * Workload.WORKERS / baseline));
            case SECONDS -> List.of(lower(unit, answers, Answer::seconds));
        };
    }

    private static Figures lower(String name, List<Answer> answers, ToDoubleFunction<Answer> of) {
        return new Figures(name, false, answers.stream().mapToDouble(of).boxed().toList());
    }

    private static Figures higher(String name, List<Answer> answers, ToDoubleFunction<Answer> of) {
        return new Figures(name, true, answers.stream().mapToDouble(of).boxed().toList());
    }
}
