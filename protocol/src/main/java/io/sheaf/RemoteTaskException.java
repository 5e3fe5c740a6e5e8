package io.sheaf;

/**
 * Stands for a remote exception that cannot be rebuilt in this JVM, because its class is not here or its state does
 * not survive serialization. Its stack trace is the remote one; its message starts with the remote class name.
 */
public final class RemoteTaskException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String remoteClassName;

    /**
     * @param remoteClassName the class of the exception in the executor
     * @param message its message there, or an empty string
     */
    public RemoteTaskException(String remoteClassName, String message) {
        super(message.isEmpty() ? remoteClassName : remoteClassName + ": " + message);
        this.remoteClassName = remoteClassName;
    }

    /**
     * The class of the exception as it was thrown.
     *
     * @return its name in binary form ({@code com.acme.Outer$Inner})
     */
    public String remoteClassName() {
        return remoteClassName;
    }
}
