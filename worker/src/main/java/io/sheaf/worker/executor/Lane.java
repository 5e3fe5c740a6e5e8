package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One of the lanes of a process that many share. It has a thread only while user code runs in it: neither while it has no
 * item, nor while its item waits for a stage to complete.
 */
final class Lane {
    private final ItemQueue queue;
    private final Runner runner;
    private final Inlet inlet;
    private final Runner.Streams streams;
    private final Keeper keeper;
    private boolean busy;

    /** What a lane needs of its process. */
    interface Keeper {
        /** Runs it in some thread for user code, soon. */
        void execute(Runnable task);

        /** An item begins to run. */
        void begins();

        /** Nothing runs in the lane, and nothing will. */
        void over();
    }

    Lane(ItemQueue queue, Runner runner, Inlet inlet, Runner.Streams streams, Keeper keeper) {
        this.queue = queue;
        this.runner = runner;
        this.inlet = inlet;
        this.streams = streams;
        this.keeper = keeper;
        runner.leaveStagesTo(this::await);
    }

    Watch watch() {
        return runner.watch();
    }

    void receive(ToExecutor message) {
        inlet.receive(message);
        wake();
    }

    /** Takes nothing more, and gives back what has not started. */
    void end(String reason) {
        runner.giveBack(queue.close());
        runner.say(new FromExecutor.Ending(reason));
        wake();
    }

    private void wake() {
        synchronized (this) {
            if (busy || !queue.hasWork()) {
                return;
            }
            busy = true;
        }
        keeper.execute(new Turn(this::work, runner::isBrief));
    }

    private void work() {
        LaneOutput.enter(streams);
        try {
            while (true) {
                ItemQueue.Claim claim = queue.poll();
                if (claim != null) {
                    keeper.begins();
                    if (!runner.run(claim)) {
                        return;
                    }
                } else if (rests()) {
                    return;
                }
            }
        } catch (RuntimeException | Error e) {
            runner.cannotGoOn(e);
        } finally {
            LaneOutput.leave();
        }
    }

    /** Whether there is nothing to do; looked at again under the lock, since whoever adds something looks too. */
    private boolean rests() {
        runner.rest();
        synchronized (this) {
            if (queue.hasItems()) {
                return false;
            }
            busy = queue.hasEnded();
            if (!busy) {
                return true;
            }
        }
        keeper.over();
        return true;
    }

    private void await(ItemQueue.Claim claim, OpenJob open, CompletionStage<?> stage) {
        CompletableFuture<?> future = Stages.future(stage);
        queue.leave(claim, () -> keeper.execute(new Turn(() -> future.cancel(true), () -> true)));
        var unused = future.whenComplete(
                (value, thrown) -> keeper.execute(new Turn(() -> settle(claim, open, value, thrown), () -> true)));
    }

    private void settle(ItemQueue.Claim claim, OpenJob open, @Nullable Object value, @Nullable Throwable thrown) {
        LaneOutput.enter(streams);
        try {
            runner.settle(claim, open, value, thrown == null ? null : Stages.original(thrown));
        } catch (RuntimeException | Error e) {
            runner.cannotGoOn(e);
        } finally {
            LaneOutput.leave();
        }
        work();
    }

    private record Turn(Runnable task, BooleanSupplier brief) implements PlatformThreads.Turn {
        @Override
        public void run() {
            task.run();
        }

        @Override
        public boolean isBrief() {
            return brief.getAsBoolean();
        }
    }
}
