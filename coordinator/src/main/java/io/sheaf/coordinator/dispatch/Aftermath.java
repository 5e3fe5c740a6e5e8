package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Acts on what has become true once it is written down, in the order in which it became so. While it cannot be written
 * down, only that waits which is about durable jobs. For one thread.
 */
final class Aftermath {
    private final Consumer<News> keep;
    private final Consumer<Command> perform;
    private final Predicate<Command> ofDurable;
    private final ArrayDeque<Step> waiting = new ArrayDeque<>();

    /** An answer to a client, by which it may rely on a job. */
    record Promise(JobRecord job, Runnable answer) {}

    /** What followed from one step; the promises come first. */
    record Step(List<Promise> promises, List<News> news, List<Command> commands) {}

    /**
     * Without anything that waits.
     *
     * @param ofDurable whether a command is about a durable job
     */
    Aftermath(Consumer<News> keep, Consumer<Command> perform, Predicate<Command> ofDurable) {
        this.keep = keep;
        this.perform = perform;
        this.ofDurable = ofDurable;
    }

    /** A step is over; whether all that is known by now was written down. */
    void follow(Step step, boolean written) {
        if (written) {
            while (!waiting.isEmpty()) {
                act(waiting.remove());
            }
            act(step);
        } else {
            act(part(step, false));
            waiting.add(part(step, true));
        }
    }

    private Step part(Step step, boolean durable) {
        return new Step(
                step.promises.stream()
                        .filter(promise -> promise.job.durable == durable)
                        .toList(),
                step.news.stream().filter(news -> news.job().durable == durable).toList(),
                step.commands.stream()
                        .filter(command -> ofDurable.test(command) == durable)
                        .toList());
    }

    private void act(Step step) {
        step.promises.forEach(promise -> promise.answer.run());
        step.news.forEach(keep);
        step.commands.forEach(perform);
    }
}
