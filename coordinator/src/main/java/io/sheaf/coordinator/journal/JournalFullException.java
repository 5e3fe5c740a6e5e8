package io.sheaf.coordinator.journal;

/** There is no room for what was to be written: nothing of it was. */
public final class JournalFullException extends JournalException {
    private static final long serialVersionUID = 1;

    /** With what the database said. */
    public JournalFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
