package io.sheaf.client.cluster;

import io.sheaf.ClusterJob;
import io.sheaf.ClusterUnreachableException;
import io.sheaf.JobSummary;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A job that is asked after over a session. */
final class KnownJob implements ClusterJob {
    private final Session session;
    private final JobId job;

    KnownJob(Session session, JobId job) {
        this.session = session;
        this.job = job;
    }

    @Override
    public String id() {
        return job.toString();
    }

    @Override
    public JobSummary summary() {
        ToClient.Job answer =
                Answers.await(session.ask(ToClient.Job.class, request -> new FromClient.DescribeJob(request, job)));
        return SessionCluster.summary(answer.job());
    }

    @Override
    public void cancel() {
        Answers.await(session.ask(ToClient.Job.class, request -> new FromClient.Cancel(request, job)));
    }

    @Override
    public JobSummary await() {
        return Answers.await(end());
    }

    @Override
    public Optional<JobSummary> await(Duration atMost) {
        return Answers.await(end(), atMost);
    }

    private CompletableFuture<JobSummary> end() {
        CompletableFuture<JobSummary> end = new CompletableFuture<>();
        Answers.await(session.watch(job, new JobListener() {
            @Override
            public void ended(JobStatus status) {
                end.complete(SessionCluster.summary(status));
            }

            @Override
            public void lost(ClusterUnreachableException why) {
                end.completeExceptionally(why);
            }
        }));
        return end;
    }
}
