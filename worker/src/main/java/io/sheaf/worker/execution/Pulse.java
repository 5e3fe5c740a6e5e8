package io.sheaf.worker.execution;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.RunningItem;
import java.util.ArrayList;
import java.util.List;

/** Says twice a second what runs, as long as anything does. */
final class Pulse {
    private static final long PERIOD_NANOS = 500_000_000;

    private final Holdings holdings;
    private boolean beats;
    private long nextBeat;

    Pulse(Holdings holdings) {
        this.holdings = holdings;
    }

    void beat(long now) {
        boolean runs = anyRuns();
        if (!runs || !beats) {
            beats = runs;
            nextBeat = now + PERIOD_NANOS;
        } else if (nextBeat - now <= 0) {
            nextBeat = now + PERIOD_NANOS;
            holdings.report(new FromWorker.Running(items(now)));
        }
    }

    long nextDeadline() {
        return beats ? nextBeat : Long.MAX_VALUE;
    }

    private boolean anyRuns() {
        for (Slot slot : holdings.slots.values()) {
            if (runs(slot)) {
                return true;
            }
        }
        return false;
    }

    private static boolean runs(Slot slot) {
        return !slot.isIdle() && !slot.first().isAbandoned();
    }

    private List<RunningItem> items(long now) {
        List<RunningItem> items = new ArrayList<>();
        for (Slot slot : holdings.slots.values()) {
            if (runs(slot)) {
                Batch first = slot.first();
                Slot.Opened opened = slot.opened.get(first.job());
                boolean began = opened != null && opened.worked;
                long millis = began ? Math.max(0, now - slot.itemSince) / 1_000_000 : 0;
                items.add(new RunningItem(
                        first.job(), first.piece().lease(), first.next(), millis, slot.permille, slot.isWaiting()));
            }
        }
        return items;
    }
}
