package io.sheaf;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a running task can ask about itself, and say of itself. Found by {@link #current()} in the thread that the task
 * was started in; safe to hand on to other threads of the task.
 */
public abstract class TaskContext {
    private static final ThreadLocal<@Nullable TaskContext> CURRENT = new ThreadLocal<>();

    /** For what runs tasks. */
    protected TaskContext() {}

    /**
     * The context of the task that this thread runs.
     *
     * @return the context
     * @throws IllegalStateException when it runs none
     */
    public static TaskContext current() {
        TaskContext context = CURRENT.get();
        if (context == null) {
            throw new IllegalStateException("This thread runs no task of a pool; ask in the thread that the task was"
                    + " started in, and hand the context on to others");
        }
        return context;
    }

    /**
     * As {@link #current()}, empty when this thread runs no task.
     *
     * @return the context, if there is one
     */
    public static Optional<TaskContext> find() {
        return Optional.ofNullable(CURRENT.get());
    }

    /**
     * The job's id, as {@code sheaf jobs} shows it.
     *
     * @return a number, as text
     */
    public abstract String jobId();

    /**
     * The item's position in the job, from 0; -1 in an initializer.
     *
     * @return an index
     */
    public abstract long itemIndex();

    /**
     * Which attempt at the item this is, from 1, as far as they count: one that was lost with its worker does not.
     *
     * @return at least 1
     */
    public abstract int attempt();

    /**
     * The worker that it runs on.
     *
     * @return its name, as {@code sheaf workers} shows it
     */
    public abstract String worker();

    /**
     * Whether the task should end soon: it was cancelled or ran out of time.
     *
     * @return whether it was told to stop
     */
    public abstract boolean isCancelled();

    /**
     * Says how far the task is, to people who ask ({@code sheaf explain JOB ITEM}); costs next to nothing, so that it can
     * be said as often as is convenient. What an initializer says is shown nowhere.
     *
     * @param part from 0.0 to 1.0
     * @throws IllegalArgumentException when it is not within that
     */
    public abstract void progress(double part);

    /**
     * The cluster that the task runs on; for a pool of threads, that pool alone. The same each time, and not to be
     * closed. A task that waits for what it has started there lets others run in its slot meanwhile, so that even one
     * slot suffices for tasks of tasks; what the task's job {@linkplain JobOptions#withRequires requires} it keeps. What it
     * has started and has not waited for ends with the task. Jobs may be nested 32 deep; one more is refused with
     * {@link JobRejectedException}.
     *
     * @return the same each time
     * @throws ClusterUnreachableException when the coordinator is not reached
     * @throws IllegalStateException when the task has ended
     */
    public abstract Cluster cluster();

    /** Makes this the context of the current thread; for what runs tasks. */
    protected final void enter() {
        CURRENT.set(Objects.requireNonNull(this));
    }

    /** The current thread runs no task any more; for what runs tasks. */
    protected static void leave() {
        // Not removed: most threads that run one task run many more.
        CURRENT.set(null);
    }
}
