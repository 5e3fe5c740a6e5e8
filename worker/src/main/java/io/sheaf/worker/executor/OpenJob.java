package io.sheaf.worker.executor;

import io.sheaf.RemoteRunnable;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.task.TaskRoute;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A job in this process. What it needs is made by a running thread before its first item, since that runs user code. */
final class OpenJob {
    final ResultForm form;
    final String worker;
    final TaskRoute route;
    private final ToExecutor.Open opened;
    private final Consumer<FromExecutor> line;
    private volatile @Nullable ItemCall call;
    private @Nullable Throwable broken;
    private boolean hasResult;
    private final ReentrantLock preparing = new ReentrantLock();
    private volatile boolean prepared;
    private boolean hasFailed;
    private int lanes;

    /**
     * A job of which nothing is prepared.
     *
     * @param line to the worker
     * @param socket leads tasks to the coordinator
     */
    OpenJob(ToExecutor.Open opened, Consumer<FromExecutor> line, Path socket) {
        this.line = line;
        this.opened = opened;
        this.form = opened.form();
        this.worker = opened.worker().name();
        this.route = new TaskRoute(socket, opened.token());
    }

    /** True once. */
    boolean isFirstResult() {
        boolean first = !hasResult;
        hasResult = true;
        return first;
    }

    boolean isPrepared() {
        return prepared;
    }

    /** Another lane will get items of it. Not for many threads at a time, as is {@link #left}. */
    void entered() {
        lanes++;
    }

    /** Returns whether no lane is left that might get items of it. */
    boolean left() {
        lanes--;
        return lanes <= 0;
    }

    /**
     * Runs the initializer and makes the function, once; whoever comes meanwhile waits. That the function cannot be made
     * is told for each item.
     *
     * @return whether the job has been prepared; false when that has failed before
     * @throws Throwable what the initializer threw
     */
    @SuppressWarnings("IllegalThrows")
    boolean prepare(ClassLoader classes) throws Throwable {
        // No monitor: where threads are virtual, whoever waits must not keep one of the few that carry them.
        preparing.lock();
        try {
            if (!prepared && !hasFailed) {
                hasFailed = true;
                prepareOnce(classes);
                hasFailed = false;
                prepared = true;
            }
            return prepared;
        } finally {
            preparing.unlock();
        }
    }

    @SuppressWarnings("IllegalThrows")
    private void prepareOnce(ClassLoader classes) throws Throwable {
        Optional<Bytes> initializer = opened.initializer();
        if (initializer.isPresent()) {
            Object action = JavaSerialization.read(initializer.get(), classes);
            if (!(action instanceof RemoteRunnable runnable)) {
                throw new IllegalArgumentException("The initializer is no io.sheaf.RemoteRunnable: " + action);
            }
            runnable.runRemote();
        }
        try {
            call = opened.work() instanceof Work.OwnProcess
                    ? new KeptProcess(opened.job(), line)
                    : Calls.of(opened.work(), classes);
        } catch (Throwable e) {
            broken = e;
        }
    }

    /** What to do with an item, once prepared. */
    @SuppressWarnings("IllegalThrows")
    ItemCall call() throws Throwable {
        ItemCall made = call;
        if (made == null) {
            throw broken != null ? broken : new IllegalStateException("The job has not been prepared");
        }
        return made;
    }

    /** The client says something to the item that runs. */
    void tell(Bytes message) {
        ItemCall made = call;
        try {
            if (made != null) {
                made.told(message);
            }
        } catch (MalformedMessageException e) {
            System.err.println("What the client said of job " + opened.job() + " cannot be read: " + e.getMessage());
        }
    }
}
