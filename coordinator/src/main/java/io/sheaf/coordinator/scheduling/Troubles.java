package io.sheaf.coordinator.scheduling;

import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Repeated;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The items of a job that went wrong and have not ended. Grows with these, not with the items. */
final class Troubles {
    /** An item that so often was running when its worker was lost is suspected of having caused it. */
    static final int COINCIDENCES = 3;

    private final TreeMap<Long, History> histories = new TreeMap<>();

    /**
     * An attempt that came to nothing.
     *
     * @param at when that was known
     * @param counted whether it is held against the item
     */
    record Trouble(WorkerId worker, long at, String cause, boolean counted) {
        @Override
        public String toString() {
            return worker + " " + cause + " " + counted;
        }
    }

    /** All that went wrong with an item. */
    static final class History {
        private final List<Trouble> all = new ArrayList<>();
        private final List<DeathReport> deaths = new ArrayList<>();
        /** Under which it threw or ended its process. */
        private final Set<LeaseId> leases = new LinkedHashSet<>();

        private int threw;
        private int coincidences;

        List<Trouble> all() {
            return List.copyOf(all);
        }

        /** How often it threw. */
        int threw() {
            return threw;
        }

        /** The processes that it ended. */
        List<DeathReport> deaths() {
            return List.copyOf(deaths);
        }

        /** Whether it may be what loses its workers. */
        boolean isSuspect() {
            return coincidences >= COINCIDENCES;
        }

        /** How often it was started and that counts. */
        int attempts() {
            return threw + deaths.size();
        }
    }

    boolean isEmpty() {
        return histories.isEmpty();
    }

    /** Whether an item must run apart from others: it has ended a process, or may be what loses its workers. */
    boolean isSuspect(long index) {
        History history = histories.get(index);
        return history != null && (history.isSuspect() || !history.deaths.isEmpty());
    }

    @Nullable
    History of(long index) {
        return histories.get(index);
    }

    NavigableMap<Long, History> all() {
        return histories;
    }

    /** Those of a range whose next attempt is not their first. */
    List<Repeated> repeated(long from, long to) {
        List<Repeated> repeated = new ArrayList<>();
        histories.subMap(from, to).forEach((index, history) -> {
            if (history.attempts() > 0) {
                Repeated.append(repeated, index, history.attempts() + 1);
            }
        });
        return List.copyOf(repeated);
    }

    /** Whether what became of the item under that lease is known: a worker may say it again after a restart. */
    boolean isKnown(long index, LeaseId lease) {
        History history = histories.get(index);
        return history != null && history.leases.contains(lease);
    }

    void threw(long index, LeaseId lease, WorkerId worker, String cause, long now) {
        History history = history(index);
        history.leases.add(lease);
        history.threw++;
        history.all.add(new Trouble(worker, now, cause, true));
    }

    void died(long index, LeaseId lease, DeathReport report, long now) {
        history(index).leases.add(lease);
        died(index, report, now);
    }

    private void died(long index, DeathReport report, long now) {
        History history = history(index);
        history.deaths.add(report);
        history.all.add(new Trouble(report.worker(), now, report.headline(), true));
    }

    /** Its worker was lost; once it is a suspect, which runs apart from others, that is held against it. */
    void wasThere(long index, DeathReport report, long now) {
        History history = history(index);
        if (history.isSuspect()) {
            died(index, report, now);
        } else {
            history.coincidences++;
            history.all.add(new Trouble(report.worker(), now, report.headline(), false));
        }
    }

    /** The items in the range have ended. */
    void ended(long from, long to) {
        histories.subMap(from, to).clear();
    }

    private History history(long index) {
        return histories.computeIfAbsent(index, key -> new History());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        histories.forEach((index, history) ->
                text.append(index).append(':').append(history.all).append(history.coincidences));
        return text.toString();
    }
}
