package io.sheaf.benchmark;

import java.util.HashMap;
import java.util.Map;

/**
 * What a round was measured as.
 *
 * @param values by name
 */
record Answer(Map<String, Double> values) {
    Answer {
        values = Map.copyOf(values);
    }

    static Answer ofNanos(long nanos) {
        return new Answer(Map.of("seconds", nanos / 1e9));
    }

    /**
     * Names and numbers in turns.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static Answer parse(String line) {
        String[] words = line.strip().split(" ", -1);
        Map<String, Double> values = new HashMap<>();
        if (words.length % 2 != 0) {
            throw new IllegalArgumentException("Not a measured round: " + line);
        }
        for (int i = 0; i < words.length; i += 2) {
            values.put(words[i], Double.parseDouble(words[i + 1]));
        }
        return new Answer(values);
    }

    double value(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("There is no " + name + " in " + values);
        }
        return value;
    }

    double seconds() {
        return value("seconds");
    }
}
