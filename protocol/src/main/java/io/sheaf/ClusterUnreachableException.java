package io.sheaf;

import org.jspecify.annotations.Nullable;

/**
 * No coordinator answers at the address, or the connection to it was lost while work was under way and could not be made
 * again in time: for 30 s, unless the system property {@code sheaf.reconnect} or the environment variable
 * {@code SHEAF_RECONNECT} says how long ({@code 500ms 30s 5m 1h}; {@code 0} does not try at all).
 */
public final class ClusterUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message which address, what happened, and what to do next
     * @param cause what the connection said, if anything
     */
    public ClusterUnreachableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
