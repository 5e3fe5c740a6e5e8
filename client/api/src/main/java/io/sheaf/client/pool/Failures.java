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
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes exceptions of what is reported about failed items. */
final class Failures {

    private Failures() {}

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
        Failure.Threw threw = (Failure.Threw) failure;
        if (!threw.original().isEmpty()) {
            try {
                if (JavaSerialization.readGuarded(threw.original(), classes) instanceof Throwable original) {
                    return original;
                }
            } catch (IOException | ClassNotFoundException e) {
                // It cannot be rebuilt here; its description can.
            }
        }
        return rebuilt(threw.thrown());
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
