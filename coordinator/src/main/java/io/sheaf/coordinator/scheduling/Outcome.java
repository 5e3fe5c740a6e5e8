package io.sheaf.coordinator.scheduling;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.job.JobState;
import java.util.ArrayList;
import java.util.List;

/** What has followed from the stimuli so far. */
final class Outcome {
    private final List<Fact> facts = new ArrayList<>();
    private final List<Command> commands = new ArrayList<>();
    private long now;

    void timePassed(long to) {
        now = to;
    }

    /** Something is true of a job from now on. */
    void add(JobEntry job, Fact fact) {
        job.apply(fact, now);
        facts.add(fact);
    }

    void add(Command command) {
        commands.add(command);
    }

    void become(JobEntry job, JobState next) {
        add(job, new Fact.Became(job.id, next));
    }

    /** All of it, once. */
    Reaction take() {
        Reaction reaction = new Reaction(List.copyOf(facts), List.copyOf(commands));
        facts.clear();
        commands.clear();
        return reaction;
    }
}
