package io.sheaf.worker.execution;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Nesting;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Plays the shell around an execution: code is always here, commands are kept, time passes when told. */
final class Shell {
    static final long SECOND = 1_000_000_000L;
    static final long GRACE = 2 * SECOND;
    static final long IDLE = 60 * SECOND;
    static final long MILLI = 1_000_000L;

    final Execution execution;
    final List<Long> started = new ArrayList<>();
    final Map<Long, Long> hosts = new HashMap<>();
    final List<Long> killed = new ArrayList<>();
    final List<FromWorker> reports = new ArrayList<>();
    private final List<Command.Tell> told = new ArrayList<>();
    private final List<Command> fetches = new ArrayList<>();
    private boolean codeIsHere = true;
    long now;
    private long leases;

    Shell(int slots) {
        this(slots, 0);
    }

    Shell(int slots, int ioSlots) {
        execution = new Execution(new WorkerId("w"), new Execution.Limits(slots, ioSlots, GRACE, IDLE));
    }

    Shell withoutCode() {
        codeIsHere = false;
        return this;
    }

    /** A range job whose item i is the number i + 1000, with code called by that letter. */
    void open(long job, String code) {
        open(job, code, new Source.Range(1000, 1_000_000_000), 0);
    }

    void open(long job, String code, Source source, int chunkSize) {
        open(job, code, source, Policy.defaults().withChunkSize(chunkSize));
    }

    /** A range job under that policy. */
    void open(long job, String code, Policy policy) {
        open(job, code, new Source.Range(1000, 1_000_000_000), policy);
    }

    private void open(long job, String code, Source source, Policy policy) {
        open(job, code, source, policy, 0);
    }

    /** A job nested in so many others, as urgent as it is deep. */
    void openNested(long job, String code, int depth) {
        Policy.Share share = new Policy.Share(depth, 1, 0, List.of());
        open(job, code, new Source.Range(0, 1_000_000), Policy.defaults().withShare(share), depth);
    }

    private void open(long job, String code, Source source, Policy policy, int depth) {
        Bundle bundle = bundle(code);
        execution.opened(new ToWorker.JobOpened(
                new JobId(job),
                new Work.Calls(),
                Optional.empty(),
                source,
                bundle,
                ResultForm.OBJECT,
                policy,
                new Nesting(new JobToken("a token"), depth)));
        decide();
    }

    static Bundle bundle(String code) {
        return new Bundle(List.of(new CodeFile(new CodeId(code.repeat(64)), "x.jar", 1, "/x.jar")));
    }

    /** One item, in a process of its own. */
    LeaseId grantAlone(long job, long index) {
        LeaseId lease = new LeaseId(1, ++leases);
        execution.granted(new ToWorker.Granted(lease, new JobId(job), index, index + 1, List.of(), List.of(), true));
        decide();
        return lease;
    }

    LeaseId grant(long job, long from, long to, Segment... items) {
        LeaseId lease = new LeaseId(1, ++leases);
        execution.granted(new ToWorker.Granted(lease, new JobId(job), from, to, List.of(items), List.of(), false));
        decide();
        return lease;
    }

    /** That many executors of a bundle, ready and idle: each has run an item of a job that has ended. */
    void warm(int count, String code) {
        long job = 1_000 + leases;
        open(job, code);
        grant(job, 0, count);
        allReady(count);
        for (long executor : List.copyOf(started)) {
            for (ToExecutor.Batch batch : batchesOf(executor)) {
                finish(executor, job, batch.items().from(), batch.items().to(), 10 * MILLI);
            }
        }
        execution.close(new JobId(job));
        decide();
        forget();
    }

    void forget() {
        reports.clear();
        told.clear();
        started.clear();
    }

    /** All that were started say that they are ready, in order. */
    void allReady(int expected) {
        if (started.size() != expected) {
            throw new AssertionError("started are " + started);
        }
        List.copyOf(started).forEach(this::ready);
    }

    void ready(long executor) {
        hear(executor, new FromExecutor.Ready(executor));
    }

    void finish(long executor, long job, long from, long to, long nanosPerItem) {
        Segment results = Segment.ofLongs(from, (int) (to - from), 0);
        now += nanosPerItem * (to - from);
        hear(executor, new FromExecutor.Finished(new JobId(job), results, nanosPerItem * (to - from)));
    }

    void fail(long executor, long job, long index) {
        Thrown thrown = new Thrown("java.lang.X", "no", List.of(), Optional.empty(), List.of());
        hear(executor, new FromExecutor.Failed(new JobId(job), index, new Failure.Threw(thrown, Bytes.EMPTY), 1));
    }

    /** It gives that batch back from that item on, and all later ones, as it was asked to. */
    void giveBack(long executor, long batch, long from) {
        hear(executor, new FromExecutor.TakenBack(batch, from));
    }

    void allGivenBack(long executor, long batch) {
        hear(executor, new FromExecutor.AllTakenBack(batch));
    }

    void stillRunning(long executor, long job, long index, long nanos) {
        hear(executor, new FromExecutor.StillRunning(new JobId(job), index, nanos));
    }

    /** That item runs for long, and then waits for what it has started. */
    void waits(long executor, long job, long index) {
        now += 20 * MILLI;
        stillRunning(executor, job, index, 20 * MILLI);
        hear(executor, new FromExecutor.Waiting(new JobId(job), index));
    }

    void goesOn(long executor, long job, long index) {
        hear(executor, new FromExecutor.GoesOn(new JobId(job), index));
    }

    void hear(long executor, FromExecutor message) {
        execution.heard(executor, message, now);
        decide();
    }

    void die(long executor, boolean wasReady, Optional<Execution.Running> running) {
        execution.died(executor, wasReady, false, running, death());
        decide();
    }

    void endAsTold(long executor) {
        execution.died(executor, true, true, Optional.empty(), death());
        decide();
    }

    void pass(long nanos) {
        now += nanos;
        decide();
    }

    void decide() {
        List<Command> commands = execution.decide(now);
        for (Command command : commands) {
            if (command instanceof Command.Start start) {
                started.add(start.executor());
                hosts.put(start.executor(), start.host());
            } else if (command instanceof Command.Kill kill) {
                killed.add(kill.executor());
            } else if (command instanceof Command.Tell tell) {
                told.add(tell);
            } else if (command instanceof Command.Report report) {
                reports.add(report.message());
            } else if (command instanceof Command.Fetch fetch) {
                fetches.add(fetch);
                if (codeIsHere) {
                    execution.codeReady(fetch.bundle().id());
                    decide();
                }
            }
        }
    }

    int fetches() {
        return fetches.size();
    }

    List<ToExecutor.Batch> batchesOf(long executor) {
        return tells(executor, ToExecutor.Batch.class);
    }

    <T extends ToExecutor> List<T> tells(long executor, Class<T> kind) {
        return told.stream()
                .filter(tell -> tell.executor() == executor)
                .map(Command.Tell::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    <T extends FromWorker> List<T> reports(Class<T> kind) {
        return reports.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static DeathReport death() {
        return new DeathReport(
                "executor",
                new WorkerId("w"),
                "host",
                OptionalLong.of(17),
                OptionalInt.of(3),
                OptionalInt.empty(),
                "",
                List.of("no such option"));
    }
}
