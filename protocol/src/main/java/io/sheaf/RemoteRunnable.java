package io.sheaf;

import java.io.Serializable;

/** A {@link Runnable} that runs in another process and is free to throw any exception. */
@FunctionalInterface
@SuppressWarnings("FunctionalInterfaceMethodChanged") // run() must remain for those who know only Runnable
public interface RemoteRunnable extends Runnable, Serializable {

    /**
     * Does the work.
     *
     * @throws Exception fails this task and no other
     */
    void runRemote() throws Exception;

    /**
     * Runs {@link #runRemote()} here, for code that knows only {@link Runnable}; a checked exception is thrown wrapped
     * in an {@link IllegalStateException}.
     */
    @Override
    default void run() {
        try {
            runRemote();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException(e);
        }
    }
}
