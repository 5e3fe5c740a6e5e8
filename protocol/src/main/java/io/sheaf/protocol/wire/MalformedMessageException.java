package io.sheaf.protocol.wire;

import java.io.IOException;

/** Bytes that no peer of this version writes; the connection they came from is to be closed. */
public final class MalformedMessageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message what was wrong, where */
    public MalformedMessageException(String message) {
        super(message);
    }

    MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
