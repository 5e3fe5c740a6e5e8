package io.sheaf.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.Workload;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is different for operating system commands: they need no code, and never a process that others are in. */
class CommandJobsTest {
    private static final JobId JOB = new JobId(1);
    private static final LeaseId LEASE = new LeaseId(1, 1);

    private final Execution execution =
            new Execution(new WorkerId("w"), new Execution.Limits(1, 2, Shell.GRACE, Shell.IDLE));
    private final List<Command> commands = new ArrayList<>();

    private <T extends Command> List<T> decided(Class<T> kind, long now) {
        commands.addAll(execution.decide(now));
        return commands.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private List<Command.Start> started(Workload workload) {
        execution.opened(new ToWorker.JobOpened(
                JOB,
                new Work.Command(List.of("true"), List.of(), Optional.empty()),
                Optional.empty(),
                new Source.Range(0, 9),
                new Bundle(List.of()),
                ResultForm.TEXT,
                Policy.defaults().withWorkload(workload),
                new Nesting(new JobToken("t"), 0)));
        execution.granted(new ToWorker.Granted(LEASE, JOB, 0, 10, List.of(), List.of(), false));
        return decided(Command.Start.class, 0);
    }

    @Test
    void theyStartAtOnceWithoutCode() {
        List<Command.Start> starts = started(Workload.CPU);

        assertThat(starts).hasSize(1).allMatch(Command.Start::commands);
        assertThat(decided(Command.Fetch.class, 0)).isEmpty();
    }

    @Test
    void alsoWhereItemsWaitEachHasAnExecutorThatCanBeKilledAlone() {
        List<Command.Start> starts = started(Workload.IO);
        assertThat(starts).hasSize(2).allMatch(start -> start.host() == start.executor());
        starts.forEach(start -> execution.heard(start.executor(), new FromExecutor.Ready(1), 1));
        execution.decide(1);
        execution.heard(1, new FromExecutor.StillRunning(JOB, 0, 1), 2);
        execution.heard(2, new FromExecutor.StillRunning(JOB, 1, 1), 2);

        execution.stopItem(JOB, LEASE, 0);
        execution.decide(2);
        List<Command.Kill> kills = decided(Command.Kill.class, 3 + Shell.GRACE);
        assertThat(kills).containsExactly(new Command.Kill(1));
        execution.died(1, true, false, Optional.of(new Execution.Running(JOB, 0)), Shell.death());
        execution.heard(2, new FromExecutor.Finished(JOB, Segment.ofLongs(1, 1, 0), 1), 9);

        List<FromWorker> reports = decided(Command.Report.class, 4 + Shell.GRACE).stream()
                .map(Command.Report::message)
                .toList();
        assertThat(reports).contains(new FromWorker.Returned(JOB, LEASE, 0, 1));
        assertThat(reports).hasAtLeastOneElementOfType(FromWorker.Completed.class);
        assertThat(reports).doesNotHaveAnyElementsOfTypes(FromWorker.Died.class);
    }
}
