package io.sheaf.worker.executor;

import io.sheaf.Cluster;
import io.sheaf.TaskContext;
import io.sheaf.protocol.task.TaskClusters;
import org.jspecify.annotations.Nullable;

/** What user code can ask about the item that calls it, or about the initializer that runs before an item. */
final class RunningTask extends TaskContext {
    private static final long NO_ITEM = -1;

    private final OpenJob job;
    private final ItemQueue.Claim claim;
    private final boolean prepares;
    private final Thread thread = Thread.currentThread();
    private volatile @Nullable Cluster cluster;
    private volatile boolean over;

    private RunningTask(OpenJob job, ItemQueue.Claim claim, boolean prepares) {
        this.job = job;
        this.claim = claim;
        this.prepares = prepares;
    }

    /** From now on the current thread runs that item. */
    static void begin(OpenJob job, ItemQueue.Claim claim) {
        begin(new RunningTask(job, claim, false));
    }

    /** From now on the current thread does what a job needs before that item, its first here. */
    static void beginPreparing(OpenJob job, ItemQueue.Claim claim) {
        begin(new RunningTask(job, claim, true));
    }

    private static void begin(RunningTask task) {
        task.claim.endsWith(task::over);
        task.enter();
    }

    /** The current thread runs nothing of a user's any more. */
    static void end() {
        leave();
    }

    /** What it has started and not waited for ends with it. */
    private void over() {
        over = true;
        Cluster opened = cluster;
        if (opened != null) {
            opened.close();
        }
    }

    @Override
    public synchronized Cluster cluster() {
        Cluster opened = cluster;
        if (opened == null && !over) {
            opened = TaskClusters.installed().connect(job.route);
            cluster = opened;
            claim.nests(thread);
        }
        // Looked at last, since the end of the task waits for nobody: either it has seen the cluster, or this sees the
        // end.
        if (opened == null || over) {
            over();
            throw new IllegalStateException("The task has ended, and with it what it could start");
        }
        return opened;
    }

    @Override
    public String jobId() {
        return claim.job().toString();
    }

    @Override
    public long itemIndex() {
        return prepares ? NO_ITEM : claim.index;
    }

    @Override
    public int attempt() {
        return prepares ? 1 : claim.attempt();
    }

    @Override
    public String worker() {
        return job.worker;
    }

    @Override
    public boolean isCancelled() {
        return claim.isInterrupted();
    }

    @Override
    public void progress(double part) {
        if (!(part >= 0 && part <= 1)) {
            throw new IllegalArgumentException("The progress of a task is from 0.0 to 1.0, not " + part);
        }
        if (!prepares) {
            claim.progressed((int) (1000 * part));
        }
    }
}
