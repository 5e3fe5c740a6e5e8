package io.sheaf;

import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A JVM of its own that runs one action, on some worker of the pool or, for {@link Pool#threads}, on this machine. It
 * has the class path of the caller, takes a slot while it lives, and ends with the pool, with this JVM, and with its
 * worker. It is never started twice: when its worker is lost, it is lost.
 *
 * <pre>{@code
 * RemoteProcess process = pool.process(() -> System.out.println("hello"));
 * process.start();
 * process.join();
 * }</pre>
 *
 * <p>What it prints goes to this JVM's stdout and stderr, unless {@link #stdout} or {@link #stderr} was asked for before
 * the start; whole lines at a time. Safe for use by many threads. Methods that wait throw
 * {@link java.util.concurrent.CancellationException} when interrupted, and leave the process as it is.
 */
public interface RemoteProcess {

    /**
     * Starts it, as soon as there is a free slot; does not wait for that.
     *
     * @throws IllegalStateException when it was started before
     * @throws java.util.concurrent.RejectedExecutionException when the pool was closed
     */
    void start();

    /**
     * Waits for its end.
     *
     * @throws IllegalStateException when it was not started
     * @throws ClusterUnreachableException when the connection to the cluster was lost, so that nobody knows
     */
    void join();

    /**
     * Waits for its end, for so long at most.
     *
     * @param timeout how long
     * @return whether it has ended
     */
    boolean join(Duration timeout);

    /**
     * Whether it was started and has not ended.
     *
     * @return true also while it waits for a slot
     */
    boolean isAlive();

    /**
     * How it ended.
     *
     * @return 0 by itself, 1 by an exception that nobody caught, N by {@code System.exit(N)}, -N by signal N
     *     ({@code -15} terminated, {@code -9} killed, or lost with its worker); null before its end
     */
    @Nullable
    Integer exitCode();

    /** Asks it to end (SIGTERM): its shutdown hooks run. Does nothing after its end. */
    void terminate();

    /** Ends it at once (SIGKILL), with all that it has started. Does nothing after its end. */
    void kill();

    /**
     * Its process id; waits until it has one.
     *
     * @return the id on its host
     * @throws IllegalStateException when it was not started, or ended before it had one
     */
    long pid();

    /**
     * The host that it runs on; waits until that is known, as {@link #pid} does.
     *
     * @return the name that the host has for itself
     */
    String host();

    /**
     * What it prints to stdout, as it comes; to be asked for before the start.
     *
     * @return text in UTF-8, ending with the process
     */
    InputStream stdout();

    /**
     * What it prints to stderr, as it comes; to be asked for before the start.
     *
     * @return text in UTF-8, ending with the process
     */
    InputStream stderr();
}
