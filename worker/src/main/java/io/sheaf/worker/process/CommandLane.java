package io.sheaf.worker.process;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Work;
import io.sheaf.worker.executor.ItemQueue;
import io.sheaf.worker.executor.ItemQueue.Claim;
import io.sheaf.worker.executor.ItemQueue.GivenBack;
import io.sheaf.worker.executor.Results;
import io.sheaf.worker.executor.Watch;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An executor that is no process: a thread of the worker that has the commands of its items run, one at a time. It is
 * interrupted by SIGTERM to the command's process group, and killed by SIGKILL.
 */
final class CommandLane implements ExecutorPort {
    private static final Logger log = LoggerFactory.getLogger(CommandLane.class);
    private static final int NOT_FOUND = 127;
    private static final int MOST_OF_FAILED = 1 << 20;

    private final ItemQueue queue = new ItemQueue();
    private final Results results = new Results(this::say);
    private final Watch watch = new Watch(queue, results, this::say, Results.LONGEST_WAIT_NANOS);
    private final Map<JobId, CommandJob> jobs = new ConcurrentHashMap<>();
    private final Surroundings surroundings;
    private final ExecutorEvents events;
    private volatile @Nullable Running running;
    private volatile boolean killed;

    private record Running(Claim item, CommandShell shell, CommandRun run, CommandText errors) {
        /** A lane must not wait for ever, neither for a command that has left its group nor for a shell. */
        void giveUp() {
            if (!run.hasEnded()) {
                log.warn("The command of item {} has not ended with its group; its shell is killed", item.index);
                run.giveUp(shell);
            }
        }
    }

    /** What all lanes share. Safe for use by many threads. */
    interface Surroundings extends CommandJob.Shells {
        /** Of which worker and host this is. */
        ExecutorProcesses.Host host();

        /** Does it soon, in order; what the worker is told may have to wait. */
        void answer(Runnable task);

        /** Does it soon, whatever waits. */
        void atOnce(Runnable task);

        /** Does it once what was killed should have been gone for long. */
        void afterGrace(Runnable task);

        /** Something runs after nothing did. */
        void wake();

        /** Whether all is over, and nobody wants to know how. */
        boolean isOver();

        /** What a command has written, as a result or a failure. */
        CommandEnding ending();
    }

    CommandLane(Surroundings surroundings, ExecutorEvents events) {
        this.surroundings = surroundings;
        this.events = events;
    }

    Watch watch() {
        return watch;
    }

    @Override
    public void send(ToExecutor message) {
        if (message instanceof ToExecutor.Open open) {
            jobs.put(open.job(), new CommandJob(open.job(), (Work.Command) open.work(), surroundings));
        } else if (message instanceof ToExecutor.Batch batch) {
            queue.add(new ItemQueue.Batch(batch));
        } else if (message instanceof ToExecutor.TakeBack takeBack) {
            List<GivenBack> back = queue.takeBack(takeBack.number());
            surroundings.answer(() -> {
                giveBack(back);
                say(new FromExecutor.AllTakenBack(takeBack.number()));
            });
        } else if (message instanceof ToExecutor.Interrupt interrupt) {
            List<GivenBack> back = queue.interrupt(interrupt.job());
            surroundings.answer(() -> giveBack(back));
        } else if (message instanceof ToExecutor.InterruptItem interrupt) {
            queue.interrupt(interrupt.job(), interrupt.index());
        } else if (message instanceof ToExecutor.Close close) {
            CommandJob job = jobs.remove(close.job());
            if (job != null) {
                surroundings.atOnce(job::close);
            }
        } else if (message instanceof ToExecutor.End) {
            queue.end();
        }
    }

    @Override
    public void kill() {
        killed = true;
        Running now = running;
        if (now != null) {
            surroundings.atOnce(() -> now.run.signal("KILL"));
            surroundings.afterGrace(now::giveUp);
        }
        queue.end();
    }

    private void giveBack(List<GivenBack> back) {
        back.forEach(batch -> say(new FromExecutor.TakenBack(batch.number(), batch.from())));
    }

    private void say(FromExecutor message) {
        events.received(this, message);
    }

    /** What the command that runs has written to stderr since is told. */
    void follow() throws IOException {
        Running now = running;
        if (now == null) {
            return;
        }
        now.errors.follow(false);
        if (now.run.isForgotten(System.nanoTime())) {
            log.warn(
                    "The command of item {} has ended, and its shell does not say how; the shell is killed",
                    now.item.index);
            now.shell.kill();
        }
        String excess = surroundings.ending().excess(now.shell.stdout(), now.shell.stderr());
        if (!excess.isEmpty()) {
            now.run.stop(excess);
            surroundings.afterGrace(now::giveUp);
        }
    }

    /** From now on it can be told what to do. */
    void ready() {
        say(new FromExecutor.Ready(ProcessHandle.current().pid()));
    }

    /** Runs items until told to end. */
    void run() {
        boolean clean = false;
        String verdict = "";
        try {
            clean = runAll();
        } catch (IOException | RuntimeException | Error e) {
            verdict = e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString();
        }
        jobs.values().forEach(CommandJob::close);
        events.exited();
        Running last = running;
        events.died(
                this,
                true,
                clean || surroundings.isOver(),
                Optional.ofNullable(last).map(it -> new ExecutorEvents.CurrentItem(it.item.job(), it.item.index)),
                report(verdict));
    }

    private DeathReport report(String verdict) {
        ExecutorProcesses.Host host = surroundings.host();
        return new DeathReport(
                "command",
                host.worker(),
                host.name(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                killed ? OptionalInt.of(CommandEnding.SIGKILL) : OptionalInt.empty(),
                killed ? "stopped on purpose" : verdict,
                running == null
                        ? List.of()
                        : Objects.requireNonNull(running).errors.lastLines());
    }

    /** Returns whether it ended as told. */
    private boolean runAll() throws IOException {
        while (true) {
            Claim item = killed ? null : queue.poll();
            if (item == null && !killed) {
                results.flush();
                item = queue.take();
                surroundings.wake();
            }
            if (item == null || killed) {
                results.flush();
                return !killed;
            }
            run(item);
            if (killed && running != null) {
                return false;
            }
        }
    }

    /** An item that was killed is left as it is: its end is seen in that of this lane. */
    private void run(Claim item) throws IOException {
        CommandJob job = jobs.get(item.job());
        if (job == null) {
            throw new IllegalStateException("Items of job " + item.job() + " came before the job");
        }
        item.begins(System.nanoTime());
        long startedMillis = System.currentTimeMillis();
        CommandShell shell;
        CommandJob.Line command;
        try {
            command = job.command(item);
            shell = job.shell();
            String trouble = shell.trouble(command.words());
            if (!trouble.isEmpty()) {
                throw new IOException(trouble);
            }
        } catch (IOException e) {
            failed(item, new Failure.Exited(NOT_FOUND, 0, where(e), List.of(), 0));
            return;
        }
        CommandText errors = new CommandText(
                shell.stderr(), text -> say(new FromExecutor.Printed(job.id(), new Output(item.index, true, text))));
        Running now = new Running(item, shell, new CommandRun(), errors);
        running = now;
        queue.leave(item, () -> surroundings.atOnce(() -> now.run.signal("TERM")));
        int status = killed ? 0 : status(command, now);
        if (!killed) {
            tell(job, shell, now, status, startedMillis);
            running = null;
        }
    }

    private String where(IOException e) {
        return e.getMessage() + " on worker " + surroundings.host().worker();
    }

    private static int status(CommandJob.Line command, Running now) throws IOException {
        try {
            now.run.began(now.shell.run(command.words(), command.index(), now.item.attempt()));
            return now.shell.await();
        } catch (IOException e) {
            now.run.signal("KILL");
            throw e;
        } finally {
            now.run.ended();
        }
    }

    private void tell(CommandJob job, CommandShell shell, Running now, int status, long startedMillis) {
        long nanos = System.nanoTime() - now.item.began();
        String trouble = now.run.trouble();
        try {
            now.errors.follow(true);
        } catch (IOException e) {
            trouble = "what it wrote to stderr cannot be read: " + e;
        }
        CommandEnding.Ended ended = new CommandEnding.Ended(now.item, status, startedMillis, nanos, trouble);
        Optional<Failure.Exited> failure =
                surroundings.ending().conclude(ended, shell, now.errors.lastLines(), results);
        if (failure.isPresent()) {
            printStdout(job.id(), shell, now.item);
            failed(now.item, failure.get());
        } else if (job.isFirstResult()) {
            // Until one is measured, nobody knows how much to hand out.
            results.flush();
        }
        shell.clear();
    }

    /** What a command that failed had to say all the same; it is no result, so there are no ways for much of it. */
    private void printStdout(JobId job, CommandShell shell, Claim item) {
        CommandText text = new CommandText(
                shell.stdout(), part -> say(new FromExecutor.Printed(job, new Output(item.index, false, part))));
        try {
            text.tellStart(MOST_OF_FAILED);
        } catch (IOException e) {
            // Its failure is told, and that is what matters.
        }
    }

    private void failed(Claim item, Failure.Exited failure) {
        results.flush();
        say(new FromExecutor.Failed(item.job(), item.index, failure, System.nanoTime() - item.began()));
    }
}
