package io.sheaf.coordinator.scheduling;

import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.job.Requirement;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a worker has for items that require something, and how much of it they have taken. Amounts in thousandths. */
final class Offers {
    private static final long ENOUGH = Long.MAX_VALUE / 4;

    private final Map<String, Long> all = new HashMap<>();
    private final Map<String, Long> taken = new HashMap<>();

    Offers(List<Label> labels) {
        for (Label label : labels) {
            all.put(label.name(), amount(label.value()));
            all.put(label.name() + "=" + label.value(), ENOUGH);
        }
    }

    /** A value that is no number names a kind, of which there is always enough. */
    private static long amount(String value) {
        try {
            return Math.max(0, new BigDecimal(value).movePointRight(3).longValue());
        } catch (NumberFormatException e) {
            return ENOUGH;
        }
    }

    boolean isAny() {
        return !all.isEmpty();
    }

    /** Whether one item could run here at all. */
    boolean couldMeet(List<Requirement> requires) {
        return requires.stream().allMatch(one -> has(one.label()) >= one.thousandths() && all.containsKey(one.label()));
    }

    /** How many items more could run here now. */
    long room(List<Requirement> requires) {
        long room = Long.MAX_VALUE;
        for (Requirement one : requires) {
            if (one.thousandths() > 0) {
                room = Math.min(room, free(one.label()) / one.thousandths());
            } else if (!all.containsKey(one.label())) {
                return 0;
            }
        }
        return room;
    }

    /** So many items more are here; fewer, when negative. */
    void take(List<Requirement> requires, long items) {
        for (Requirement one : requires) {
            taken.merge(one.label(), items * one.thousandths(), Long::sum);
        }
    }

    long has(String label) {
        return all.getOrDefault(label, 0L);
    }

    long free(String label) {
        return has(label) - taken.getOrDefault(label, 0L);
    }
}
