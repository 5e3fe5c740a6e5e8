package io.sheaf.client.backend;

import io.sheaf.JobOptions;
import io.sheaf.RemoteFunction;
import java.util.Optional;

/**
 * What a job does.
 *
 * @param name for people, unless the options have one
 * @param function is applied to each item; empty: each item is a call, a {@code RemoteRunnable}, {@code Callable} or
 *     {@code Runnable}
 * @param options how it is run
 * @param timed whether each result is wanted as a {@link io.sheaf.protocol.item.Timed}
 */
public record Assignment(String name, Optional<RemoteFunction<?, ?>> function, JobOptions options, boolean timed) {
    private static final String LAMBDA = "$$Lambda";

    /** Calls, under those options. */
    public static Assignment calls(JobOptions options) {
        return new Assignment("calls", Optional.empty(), options, false);
    }

    /** A function over items, named after the class that it was written in. */
    public static Assignment of(RemoteFunction<?, ?> function, JobOptions options) {
        return named(function, function, options);
    }

    /** A function that was made of a user's, named after the class that this was written in. */
    public static Assignment named(Object users, RemoteFunction<?, ?> function, JobOptions options) {
        return new Assignment(nameOf(users), Optional.of(function), options, false);
    }

    /** What to call what has no name: the class that it was written in. */
    public static String nameOf(Object users) {
        String name = users.getClass().getName();
        int lambda = name.indexOf(LAMBDA);
        return lambda < 0 ? name : name.substring(0, lambda);
    }

    /** The same with results as {@link io.sheaf.protocol.item.Timed}. */
    public Assignment withTimes() {
        return new Assignment(name, function, options, true);
    }

    /** What to call the job. */
    public String title() {
        return options.name().isEmpty() ? name : options.name();
    }
}
