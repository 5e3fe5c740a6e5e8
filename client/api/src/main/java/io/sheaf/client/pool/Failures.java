package io.sheaf.client.pool;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.JobRejectedException;
import io.sheaf.RemoteTaskException;
import io.sheaf.TaskFailedException;
import io.sheaf.TaskTimeoutException;
import io.sheaf.WorkerLostException;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Thrown;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes exceptions of what is reported about failed items and jobs, and of what cannot be sent. */
final class Failures {
    private static final int MOST_CAUSES = 1000;

    private Failures() {}

    static IllegalArgumentException unserializable(String what, IOException why) {
        String reason = why instanceof NotSerializableException
                ? why.getMessage() + " is not serializable"
                : String.valueOf(why.getMessage());
        return new IllegalArgumentException(
                what + " cannot be sent to another process: " + reason
                        + "; make that class serializable, mark the field transient, or create it inside the task",
                why);
    }

    static TaskFailedException exception(ItemFailure failed, ClassLoader classes) {
        String message = "Item " + failed.index() + " failed on " + failed.worker() + ": "
                + failed.failure().headline();
        return new TaskFailedException(
                message,
                cause(failed.failure(), classes),
                failed.index(),
                failed.attempts(),
                failed.worker().name());
    }

    /** The class and the message, as a stack trace has them, whatever the exception's own code does. */
    static String headline(Throwable thrown) {
        try {
            return String.valueOf(thrown);
        } catch (RuntimeException | Error e) {
            return thrown.getClass().getName() + " (its toString() threw "
                    + e.getClass().getName() + ")";
        }
    }

    /** Why a job as a whole gave no results, if that is what its end means. */
    static @Nullable RuntimeException ofEnd(JobStatus status) {
        String reason = status.reason().orElse("");
        if (status.state() == JobState.CANCELLED) {
            return new CancellationException(
                    "Job " + status.id() + " was cancelled" + (reason.isEmpty() ? "" : ": " + reason));
        }
        return status.state() == JobState.FAILED && !reason.isEmpty() ? new JobRejectedException(reason) : null;
    }

    /** The same with the stack of the thread that hears of it, which is not the one that noticed. */
    static RuntimeException here(RuntimeException noticed) {
        String message = String.valueOf(noticed.getMessage());
        if (noticed instanceof ClusterUnreachableException) {
            return new ClusterUnreachableException(message, noticed);
        }
        return noticed instanceof JobRejectedException
                ? new JobRejectedException(message)
                : new CancellationException(message);
    }

    private static Throwable cause(Failure failure, ClassLoader classes) {
        if (failure instanceof Failure.Lost lost) {
            return new WorkerLostException(
                    lost.deaths().stream().map(Failures::report).collect(Collectors.joining("\n")));
        }
        if (failure instanceof Failure.TimedOut late) {
            return new TaskTimeoutException("The item " + late.headline());
        }
        if (failure instanceof Failure.Cancelled) {
            return new CancellationException("The item " + failure.headline());
        }
        if (failure instanceof Failure.Exited) {
            return new RemoteTaskException("command", failure.headline());
        }
        Failure.Threw threw = (Failure.Threw) failure;
        Throwable original = original(threw, classes);
        return original == null ? rebuilt(threw.thrown()) : original;
    }

    /** As it was thrown; null when that cannot be had, or would break whoever as much as prints it. */
    private static @Nullable Throwable original(Failure.Threw threw, ClassLoader classes) {
        if (threw.original().isEmpty()) {
            return null;
        }
        try {
            Object read = JavaSerialization.readGuarded(threw.original(), classes);
            return read instanceof Throwable original && isSound(original) ? original : null;
        } catch (Throwable e) {
            // It runs code of the exception's own class, which may do anything.
            return null;
        }
    }

    /** Whether it can be asked what any exception can be asked, and comes to an end. */
    static boolean isSound(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> open = new ArrayDeque<>(List.of(thrown));
        try {
            while (!open.isEmpty() && seen.size() < MOST_CAUSES) {
                Throwable next = open.remove();
                if (seen.add(next)) {
                    Objects.requireNonNull(next.getStackTrace());
                    Objects.requireNonNull(next.toString());
                    Optional.ofNullable(next.getCause()).ifPresent(open::add);
                    open.addAll(List.of(next.getSuppressed()));
                }
            }
            return open.isEmpty();
        } catch (Throwable e) {
            return false;
        }
    }

    private static String report(DeathReport death) {
        String lines =
                death.lastStderr().isEmpty() ? "" : "; last on stderr: " + String.join(" / ", death.lastStderr());
        return death.headline() + lines;
    }

    private static RemoteTaskException rebuilt(Thrown thrown) {
        RemoteTaskException exception = new RemoteTaskException(thrown.className(), thrown.message());
        exception.setStackTrace(thrown.frames().stream()
                .map(frame -> new StackTraceElement(
                        frame.className(), frame.method(), frame.file().isEmpty() ? null : frame.file(), frame.line()))
                .toArray(StackTraceElement[]::new));
        thrown.cause().ifPresent(cause -> exception.initCause(rebuilt(cause)));
        thrown.suppressed().forEach(other -> exception.addSuppressed(rebuilt(other)));
        return exception;
    }
}
