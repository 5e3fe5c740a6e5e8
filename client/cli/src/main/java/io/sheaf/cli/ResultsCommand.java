package io.sheaf.cli;

import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sheaf results}. */
@Command(name = "results", description = "Print the results of a submitted job, in the order of the items.")
final class ResultsCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "The job's number, or `last`.")
    private String id = "";

    @Override
    public Integer call() {
        try (Session session = cluster.connect()) {
            JobId job = ClusterOptions.job(session, id);
            ResultPrinter printer =
                    new ResultPrinter(new ResultPrinter.Style(cluster.json(), false, false, true), Long::toString);
            FailureSummary failures = new FailureSummary();
            long failed = 0;
            long from = 0;
            boolean complete = false;
            boolean more = true;
            while (more) {
                long start = from;
                ToClient.Page page = ClusterOptions.ask(
                        session, ToClient.Page.class, request -> new FromClient.FetchResults(request, job, start));
                for (Segment segment : page.results()) {
                    printer.results(segment);
                }
                for (ItemFailure failure : page.failures()) {
                    failures.add(failure.failure().headline(), "item " + failure.index());
                    printer.failed(failure);
                    failed++;
                }
                from = page.next();
                complete = page.complete();
                more = from > start && !complete;
            }
            return conclude(job, from, complete, failed, failures).code();
        } catch (IOException e) {
            // Nobody reads any more, as after `| head -1`.
            return ExitCode.SUCCEEDED.code();
        }
    }

    private static ExitCode conclude(JobId job, long count, boolean complete, long failed, FailureSummary failures) {
        if (!complete) {
            System.err.println("sheaf: job " + job + " has not ended; these are the first " + count
                    + " items. `sheaf wait " + job + "` waits for the rest");
        }
        if (failed > 0) {
            System.err.println("sheaf: " + failed + " items failed:");
            System.err.print(failures.text());
            return ExitCode.ITEMS_FAILED;
        }
        return ExitCode.SUCCEEDED;
    }
}
