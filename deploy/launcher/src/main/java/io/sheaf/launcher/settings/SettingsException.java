package io.sheaf.launcher.settings;

/** A setting makes no sense; the message says which, why, and what to do. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A complaint in one line. */
    public SettingsException(String message) {
        super(message);
    }
}
