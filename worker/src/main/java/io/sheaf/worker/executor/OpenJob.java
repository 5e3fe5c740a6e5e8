package io.sheaf.worker.executor;

import io.sheaf.RemoteRunnable;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.wire.Bytes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A job in this process. What it needs is made by the running thread before its first item, since that runs user code. */
final class OpenJob {
    final ResultForm form;
    final String worker;
    private final ToExecutor.Open opened;
    private @Nullable ItemCall call;
    private @Nullable Throwable broken;
    private boolean hasResult;

    OpenJob(ToExecutor.Open opened) {
        this.opened = opened;
        this.form = opened.form();
        this.worker = opened.worker().name();
    }

    /** True once. */
    boolean isFirstResult() {
        boolean first = !hasResult;
        hasResult = true;
        return first;
    }

    boolean isPrepared() {
        return call != null || broken != null;
    }

    /**
     * Runs the initializer and makes the function. That the function cannot be made is told for each item.
     *
     * @throws Throwable what the initializer threw
     */
    @SuppressWarnings("IllegalThrows")
    void prepare(ClassLoader classes) throws Throwable {
        Optional<Bytes> initializer = opened.initializer();
        if (initializer.isPresent()) {
            Object action = JavaSerialization.read(initializer.get(), classes);
            if (!(action instanceof RemoteRunnable runnable)) {
                throw new IllegalArgumentException("The initializer is no io.sheaf.RemoteRunnable: " + action);
            }
            runnable.runRemote();
        }
        try {
            call = Calls.of(opened.work(), classes);
        } catch (Throwable e) {
            broken = e;
        }
    }

    /** What to do with an item, once prepared. */
    @SuppressWarnings("IllegalThrows")
    ItemCall call() throws Throwable {
        if (call == null) {
            throw broken != null ? broken : new IllegalStateException("The job has not been prepared");
        }
        return call;
    }
}
