package io.sheaf.client.threads;

import io.sheaf.RemoteFunction;
import io.sheaf.RemoteRunnable;
import io.sheaf.TaskFailedException;
import io.sheaf.TaskTimeoutException;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.FailedItem;
import io.sheaf.client.backend.Values;
import io.sheaf.protocol.item.Timed;
import io.sheaf.protocol.job.Failure;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What a job does with an item, and what it makes of how that ended.
 *
 * @param function is applied to each item; null: the items are called
 * @param timed whether results are given with their times
 */
record Work(@Nullable RemoteFunction<@Nullable Object, ?> function, boolean timed) {

    @SuppressWarnings("unchecked") // the caller's types say what it takes
    static Work of(Assignment assignment) {
        return new Work(
                (RemoteFunction<@Nullable Object, ?>) assignment.function().orElse(null), assignment.timed());
    }

    @SuppressWarnings("NullAway") // whether a function takes null is its author's affair
    @Nullable
    Object apply(@Nullable Object item) throws Exception {
        if (function != null) {
            return function.apply(item);
        }
        if (item instanceof RemoteRunnable action) {
            action.runRemote();
            return null;
        }
        if (item instanceof Callable<?> call) {
            return call.call();
        }
        if (item instanceof Runnable action) {
            action.run();
            return null;
        }
        throw new IllegalArgumentException("Neither a Callable nor a Runnable: " + item);
    }

    Values value(Attempt attempt, @Nullable Object value) {
        long index = attempt.item.index;
        return new OneValue(
                index, timed ? new Timed(value, attempt.item.attempts, Attempt.WORKER, attempt.nanos()) : value);
    }

    /** The result of one item. */
    private record OneValue(long from, @Nullable Object value) implements Values {
        @Override
        public long to() {
            return from + 1;
        }

        @Override
        public @Nullable Object get(long index) {
            return value;
        }
    }

    FailedItem failed(Attempt attempt, Throwable thrown) {
        return failed(attempt, headline(thrown), thrown);
    }

    FailedItem timedOut(Attempt attempt, Duration timeout) {
        String headline = new Failure.TimedOut(timeout.toMillis()).headline();
        return failed(attempt, headline, new TaskTimeoutException("The item " + headline));
    }

    private static FailedItem failed(Attempt attempt, String headline, Throwable cause) {
        long index = attempt.item.index;
        int attempts = attempt.item.attempts;
        String message = "Item " + index + " failed on " + Attempt.WORKER + ": " + headline;
        return new FailedItem(
                index, attempt.nanos(), () -> new TaskFailedException(message, cause, index, attempts, Attempt.WORKER));
    }

    /** The class and the message, whatever the exception's own code does. */
    static String headline(Throwable thrown) {
        try {
            return String.valueOf(thrown);
        } catch (RuntimeException | Error e) {
            return thrown.getClass().getName() + " (its toString() threw "
                    + e.getClass().getName() + ")";
        }
    }
}
