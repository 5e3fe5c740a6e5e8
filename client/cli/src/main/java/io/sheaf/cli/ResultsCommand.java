package io.sheaf.cli;

import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sheaf results}. */
@Command(name = "results", description = "Print the results of a submitted job, in the order of the items.")
final class ResultsCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "The job's number, or `last`.")
    private String id = "";

    private long firstFailed;

    ResultsCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        try (Session session = cluster.connect(invocation.connector())) {
            JobId job = ClusterOptions.job(session, id);
            // Before the results, so that what is said of it is never more than they are.
            JobStatus status = ClusterOptions.ask(
                            session, ToClient.Job.class, request -> new FromClient.DescribeJob(request, job))
                    .job();
            FailureSummary failures = new FailureSummary();
            long from = 0;
            ToClient.Page page;
            do {
                long start = from;
                page = ClusterOptions.ask(
                        session, ToClient.Page.class, request -> new FromClient.FetchResults(request, job, start));
                print(page, failures);
                from = page.next();
                if (from == start) {
                    break;
                }
            } while (!page.complete());
            return conclude(status, page, failures).code();
        } catch (IOException e) {
            // Nobody reads any more, as after `| head -1`.
            return ExitCode.SUCCEEDED.code();
        }
    }

    private void print(ToClient.Page page, FailureSummary failures) throws IOException {
        ResultPrinter printer = new ResultPrinter(
                new ResultPrinter.Style(cluster.json(), true, false, true),
                Optional.empty(),
                invocation.console().out());
        for (Segment segment : page.results()) {
            printer.results(segment);
        }
        for (ItemFailure failure : page.failures()) {
            firstFailed = failures.count() == 0 ? failure.index() : firstFailed;
            failures.add(failure.failure(), "item " + failure.index());
            printer.failed(failure);
        }
        // Items of a cancelled job may be missing in between.
        printer.end();
    }

    private ExitCode conclude(JobStatus status, ToClient.Page last, FailureSummary failures) {
        PrintStream err = invocation.console().err();
        JobId job = status.id();
        if (!last.complete()) {
            err.println("sheaf: job " + job + " has not ended; these are the first " + last.next()
                    + " items. `sheaf wait " + job + "` waits for the rest");
        } else if (status.state() == JobState.CANCELLED || status.reason().isPresent()) {
            err.println("sheaf: job " + job + " ended early, these are the results that it had: "
                    + status.reason().orElse("it was cancelled"));
        }
        if (failures.count() > 0) {
            err.println("sheaf: " + failures.count() + (failures.count() == 1 ? " item failed:" : " items failed:"));
            err.print(failures.text());
            err.println("Next: sheaf retry " + job + " --failed [--jar NEW], or sheaf replay " + job + " " + firstFailed
                    + " to see one of them on this machine");
        }
        ExitCode code = StatusView.exitCode(status);
        boolean early = code == ExitCode.CANCELLED || code == ExitCode.REJECTED;
        return early ? code : failures.count() > 0 ? ExitCode.ITEMS_FAILED : ExitCode.SUCCEEDED;
    }
}
