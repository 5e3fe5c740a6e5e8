package io.sheaf.worker.executor;

import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Exceptions as data. Nothing that an exception's own code does may keep it from being reported. */
final class Throwables {
    private static final int FRAMES = 200;
    private static final int CAUSES = 20;
    private static final int MESSAGE = 64 << 10;
    private static final int LARGEST_ORIGINAL = 1 << 20;

    private Throwables() {}

    static Failure failure(Throwable thrown) {
        return new Failure.Threw(
                describe(thrown, Collections.newSetFromMap(new IdentityHashMap<>())), original(thrown));
    }

    private static Bytes original(Throwable thrown) {
        try {
            Bytes bytes = JavaSerialization.write(thrown);
            return bytes.length() <= LARGEST_ORIGINAL ? bytes : Bytes.EMPTY;
        } catch (IOException | Error e) {
            // Its description is all that can be said of it then.
            return Bytes.EMPTY;
        }
    }

    private static Thrown describe(Throwable thrown, Set<Throwable> seen) {
        seen.add(thrown);
        List<Thrown.Frame> frames = new ArrayList<>();
        for (StackTraceElement frame : stackOf(thrown)) {
            if (frames.size() == FRAMES) {
                break;
            }
            String file = frame.getFileName() == null ? "" : frame.getFileName();
            frames.add(new Thrown.Frame(frame.getClassName(), frame.getMethodName(), file, frame.getLineNumber()));
        }
        Optional<Thrown> cause = Optional.ofNullable(causeOf(thrown))
                .filter(next -> seen.size() < CAUSES && !seen.contains(next))
                .map(next -> describe(next, seen));
        List<Thrown> suppressed = new ArrayList<>();
        for (Throwable other : thrown.getSuppressed()) {
            if (seen.size() < CAUSES && !seen.contains(other)) {
                suppressed.add(describe(other, seen));
            }
        }
        return new Thrown(thrown.getClass().getName(), messageOf(thrown), frames, cause, suppressed);
    }

    private static String messageOf(Throwable thrown) {
        try {
            String message = thrown.getMessage();
            if (message == null) {
                return "";
            }
            return message.length() <= MESSAGE ? message : message.substring(0, MESSAGE) + "…";
        } catch (RuntimeException | Error e) {
            return "(its getMessage() threw " + e.getClass().getName() + ")";
        }
    }

    private static StackTraceElement[] stackOf(Throwable thrown) {
        try {
            StackTraceElement[] stack = thrown.getStackTrace();
            return stack == null ? new StackTraceElement[0] : stack;
        } catch (RuntimeException | Error e) {
            return new StackTraceElement[0];
        }
    }

    @SuppressWarnings("NullAway") // Throwable.getCause() may be null, as may this
    private static Throwable causeOf(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (RuntimeException | Error e) {
            return null;
        }
    }
}
