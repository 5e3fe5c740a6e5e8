package io.sheaf;

import org.jspecify.annotations.Nullable;

/** No coordinator answers at the address, or the connection to it ended while work was under way. */
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
