package io.sheaf.client.pool;

import io.sheaf.RemoteTaskException;
import io.sheaf.TaskFailedException;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import java.io.IOException;
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
        } catch (IOException | ClassNotFoundException e) {
            String message = "The result of item " + index + " cannot be read here: " + e.getMessage();
            RemoteTaskException cause = new RemoteTaskException(e.getClass().getName(), String.valueOf(e.getMessage()));
            cause.initCause(e);
            throw new TaskFailedException(message, cause, index, 1, "");
        }
    }
}
