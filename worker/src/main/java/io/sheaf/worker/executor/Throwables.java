package io.sheaf.worker.executor;

import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Exceptions as data. Nothing that an exception's own code does may keep it from being reported. */
final class Throwables {
    private static final int FRAMES = 200;
    private static final int CAUSES = 20;
    private static final int MESSAGE = 64 << 10;
    private static final int NESTED_MESSAGE = 8 << 10;
    private static final int LARGEST_ORIGINAL = 1 << 20;

    private Throwables() {}

    static Failure failure(Throwable thrown) {
        return new Failure.Threw(
                describe(thrown, Collections.newSetFromMap(new IdentityHashMap<>())), original(thrown));
    }

    /** What is to be said of a result that could not be written; its class is named, since nobody else will. */
    static Throwable unsendable(@Nullable Object value, Throwable why) {
        if (!(why instanceof IOException)) {
            return why;
        }
        String type = value == null ? "null" : value.getClass().getName();
        String words = "The result, of type " + type + ", cannot be sent: "
                + (why instanceof NotSerializableException ? "not serializable: " : "")
                + messageOf(why, NESTED_MESSAGE);
        IOException said =
                why instanceof NotSerializableException ? new NotSerializableException(words) : new IOException(words);
        said.initCause(why);
        return said;
    }

    /** Serialized, or nothing when that is not possible or too much: its description is all that can be said then. */
    private static Bytes original(Throwable thrown) {
        Bounded bytes = new Bounded();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(thrown);
            out.flush();
            return Bytes.wrap(bytes.toByteArray());
        } catch (Throwable e) {
            return Bytes.EMPTY;
        }
    }

    private static Thrown describe(Throwable thrown, Set<Throwable> seen) {
        boolean isOutermost = seen.isEmpty();
        seen.add(thrown);
        Optional<Thrown> cause = Optional.ofNullable(causeOf(thrown))
                .filter(next -> seen.size() < CAUSES && !seen.contains(next))
                .map(next -> describe(next, seen));
        List<Thrown> suppressed = new ArrayList<>();
        for (Throwable other : thrown.getSuppressed()) {
            if (seen.size() < CAUSES && !seen.contains(other)) {
                suppressed.add(describe(other, seen));
            }
        }
        String message = messageOf(thrown, isOutermost ? MESSAGE : NESTED_MESSAGE);
        return new Thrown(thrown.getClass().getName(), message, framesOf(thrown), cause, suppressed);
    }

    private static String messageOf(Throwable thrown, int longest) {
        try {
            String message = thrown.getMessage();
            if (message == null) {
                return "";
            }
            return message.length() <= longest ? message : message.substring(0, longest) + "…";
        } catch (Throwable e) {
            return "(its getMessage() threw " + e.getClass().getName() + ")";
        }
    }

    private static List<Thrown.Frame> framesOf(Throwable thrown) {
        List<Thrown.Frame> frames = new ArrayList<>();
        for (StackTraceElement frame : stackOf(thrown)) {
            if (frames.size() == FRAMES) {
                break;
            }
            if (frame != null) {
                String file = frame.getFileName() == null ? "" : frame.getFileName();
                frames.add(new Thrown.Frame(frame.getClassName(), frame.getMethodName(), file, frame.getLineNumber()));
            }
        }
        return frames;
    }

    private static @Nullable StackTraceElement[] stackOf(Throwable thrown) {
        try {
            StackTraceElement[] stack = thrown.getStackTrace();
            return stack == null ? new StackTraceElement[0] : stack;
        } catch (Throwable e) {
            return new StackTraceElement[0];
        }
    }

    private static @Nullable Throwable causeOf(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable e) {
            return null;
        }
    }

    /** Takes so much and no more, so that no exception can use up the memory by what it says. */
    private static final class Bounded extends ByteArrayOutputStream {
        @Override
        public synchronized void write(int b) {
            check(1);
            super.write(b);
        }

        @Override
        public synchronized void write(byte[] from, int offset, int length) {
            check(length);
            super.write(from, offset, length);
        }

        private void check(int more) {
            if (size() + more > LARGEST_ORIGINAL) {
                throw new IllegalStateException("It takes more than " + LARGEST_ORIGINAL + " bytes");
            }
        }
    }
}
