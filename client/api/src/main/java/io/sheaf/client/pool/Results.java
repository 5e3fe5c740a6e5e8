package io.sheaf.client.pool;

import io.sheaf.RemoteTaskException;
import io.sheaf.TaskFailedException;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import org.jspecify.annotations.Nullable;

/** Reads results. */
final class Results {

    private Results() {}

    /**
     * The result of that item.
     *
     * @throws TaskFailedException when it cannot be rebuilt here
     */
    static @Nullable Object read(SegmentReader reader, Segment segment, long index) {
        try {
            return reader.read(segment, index);
        } catch (Throwable e) {
            // Reading runs code of the result's own class, which may do anything.
            String why = words(e);
            String message = "The result of item " + index + " cannot be read here: " + why;
            RemoteTaskException cause = new RemoteTaskException(e.getClass().getName(), why);
            if (Failures.isSound(e)) {
                cause.initCause(e);
            }
            throw new TaskFailedException(message, cause, index, 1, "");
        }
    }

    private static String words(Throwable thrown) {
        try {
            return String.valueOf(thrown.getMessage());
        } catch (Throwable e) {
            return "(its getMessage() threw " + e.getClass().getName() + ")";
        }
    }
}
