package io.sheaf.worker.agent;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.WorkerConversation;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Nesting;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.MalformedMessageException;
import io.sheaf.worker.execution.Command;
import io.sheaf.worker.execution.Execution;
import java.util.List;
import java.util.Optional;

/**
 * A job of two items, decided upon from its opening to its close and acted upon by nobody: so that this JVM has loaded
 * what that takes before a coordinator has something to do that somebody waits for.
 */
final class Rehearsal {
    private static final JobId JOB = new JobId(0);
    private static final LeaseId LEASE = new LeaseId(0, 0);

    private final Execution execution;
    private long now;
    private long executor;

    private Rehearsal(Execution execution) {
        this.execution = execution;
    }

    static void run(WorkerId self) {
        Rehearsal rehearsal = new Rehearsal(new Execution(self, new Execution.Limits(1, 1, 1, 1)));
        rehearsal.run(new ToWorker.Registered(0, List.of()), Segment.ofLongs(0, 2, 0));
    }

    private void run(ToWorker.Registered registered, Segment items) {
        Bundle bundle = new Bundle(List.of());
        if (copy(registered) instanceof ToWorker.Registered answer) {
            execution.keep(java.util.Set.copyOf(answer.keep()));
        }
        if (copy(opening(bundle)) instanceof ToWorker.JobOpened job) {
            execution.opened(job);
        }
        ToWorker.Granted lease =
                new ToWorker.Granted(LEASE, JOB, items.from(), items.to(), List.of(items), List.of(), false);
        if (copy(lease) instanceof ToWorker.Granted granted) {
            execution.granted(granted);
        }
        perform();
        execution.codeReady(bundle.id());
        perform();
        hear(new FromExecutor.Ready(0));
        hear(new FromExecutor.StillRunning(JOB, 0, 1));
        hear(new FromExecutor.Finished(JOB, items, 1));
        execution.close(JOB);
        perform();
    }

    private static ToWorker opening(Bundle bundle) {
        return new ToWorker.JobOpened(
                JOB,
                new Work.Named("", Optional.empty()),
                Optional.empty(),
                new Source.Streamed(),
                bundle,
                ResultForm.TEXT,
                Policy.defaults(),
                new Nesting(new JobToken(""), 0));
    }

    private void hear(FromExecutor message) {
        execution.heard(executor, message, now);
        perform();
    }

    private void perform() {
        now++;
        for (Command command : execution.decide(now)) {
            if (command instanceof Command.Start start) {
                executor = start.executor();
            } else if (command instanceof Command.Report report) {
                WorkerConversation.FROM_WORKER.toBytes(report.message());
            }
        }
        execution.nextDeadline();
    }

    /** As if it had come over the wire. */
    private static ToWorker copy(ToWorker message) {
        try {
            return WorkerConversation.TO_WORKER.fromBytes(WorkerConversation.TO_WORKER.toBytes(message));
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("An own message cannot be read", e);
        }
    }
}
