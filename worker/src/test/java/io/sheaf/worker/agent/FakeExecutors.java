package io.sheaf.worker.agent;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.worker.process.ExecutorEvents;
import io.sheaf.worker.process.ExecutorHost;
import io.sheaf.worker.process.ExecutorPort;
import io.sheaf.worker.process.ExecutorStarter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** Executors that are ready at once and give back each batch as its own result, at once or when told. */
final class FakeExecutors implements ExecutorStarter {
    final List<List<Path>> classPaths = new CopyOnWriteArrayList<>();
    final BlockingQueue<Executor> started = new LinkedBlockingQueue<>();
    volatile boolean prompt = true;
    volatile boolean broken;
    volatile boolean closed;

    @Override
    public ExecutorHost start(List<Path> classPath, int lanes) {
        if (broken) {
            throw new IllegalStateException("broken on purpose");
        }
        classPaths.add(classPath);
        return this::join;
    }

    @Override
    public ExecutorHost startForCommands() {
        classPaths.add(List.of(Path.of("commands")));
        return this::join;
    }

    private ExecutorPort join(ExecutorEvents events) {
        Executor executor = new Executor(events);
        started.add(executor);
        events.received(executor, new FromExecutor.Ready(1));
        return executor;
    }

    @Override
    public void close() {
        closed = true;
    }

    final class Executor implements ExecutorPort {
        final BlockingQueue<ToExecutor.Batch> batches = new LinkedBlockingQueue<>();
        final ExecutorEvents events;

        Executor(ExecutorEvents events) {
            this.events = events;
        }

        @Override
        public void send(ToExecutor message) {
            if (message instanceof ToExecutor.Batch batch) {
                if (prompt) {
                    finish(batch);
                } else {
                    batches.add(batch);
                }
            } else if (message instanceof ToExecutor.TakeBack back) {
                giveBack();
                events.received(this, new FromExecutor.AllTakenBack(back.number()));
            }
        }

        /** The first item of the first batch is what runs. */
        private void giveBack() {
            boolean first = true;
            for (ToExecutor.Batch batch : batches) {
                long from = batch.items().from() + (first ? 1 : 0);
                first = false;
                events.received(this, new FromExecutor.TakenBack(batch.number(), from));
            }
        }

        void finish(ToExecutor.Batch batch) {
            finish(batch, batch.items());
        }

        void finish(ToExecutor.Batch batch, Segment results) {
            events.received(this, new FromExecutor.Finished(batch.job(), results, 100L * results.count()));
        }

        @Override
        public void kill() {
            die(Optional.empty());
        }

        void die(Optional<ExecutorEvents.CurrentItem> running) {
            DeathReport report = new DeathReport(
                    "executor",
                    new WorkerId("w"),
                    "host",
                    OptionalLong.of(1),
                    OptionalInt.empty(),
                    OptionalInt.of(9),
                    "",
                    List.of());
            events.died(this, true, false, running, report);
        }
    }
}
