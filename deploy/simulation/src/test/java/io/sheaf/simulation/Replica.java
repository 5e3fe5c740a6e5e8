package io.sheaf.simulation;

import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.coordinator.scheduling.TaskScheduler;
import java.util.ArrayList;
import java.util.List;

/** A scheduler that knows nothing but the facts, and should therefore know all that has to survive. */
final class Replica {
    private final List<Fact> facts = new ArrayList<>();
    private final TaskScheduler follower = new TaskScheduler(0);

    void heard(Fact fact, long now) {
        facts.add(fact);
        follower.timePassed(now);
        follower.replay(fact);
    }

    /** All that was ever heard. */
    List<Fact> facts() {
        return List.copyOf(facts);
    }

    /** Compares the scheduler with the one that has followed it so far. */
    void check(TaskScheduler original, Ledger ledger) {
        compare(original, follower, ledger);
    }

    /** Compares it with one that hears all facts only now. */
    void checkFromTheStart(TaskScheduler original, Ledger ledger) {
        TaskScheduler fresh = new TaskScheduler(0);
        facts.forEach(fresh::replay);
        compare(original, fresh, ledger);
    }

    private static void compare(TaskScheduler original, TaskScheduler replica, Ledger ledger) {
        String is = original.overview().durableState().toString();
        String would = replica.overview().durableState().toString();
        ledger.require(is.equals(would), "replaying the facts gives the same state: %s rather than %s", would, is);
    }
}
