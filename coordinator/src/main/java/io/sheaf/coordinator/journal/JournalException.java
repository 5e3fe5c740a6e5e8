package io.sheaf.coordinator.journal;

import org.jspecify.annotations.Nullable;

/** The journal cannot be read or written; the message says where, and what to do. */
public class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With what the database said, if it did. */
    public JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
