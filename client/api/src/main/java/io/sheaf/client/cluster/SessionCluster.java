package io.sheaf.client.cluster;

import io.sheaf.Cluster;
import io.sheaf.ClusterJob;
import io.sheaf.JobSummary;
import io.sheaf.Pool;
import io.sheaf.WorkerSummary;
import io.sheaf.client.pool.SheafPools;
import io.sheaf.client.session.CodeFiles;
import io.sheaf.client.session.RequestFailedException;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.WorkerStatus;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;

/** A cluster behind a session. */
final class SessionCluster implements Cluster {
    private final Session session;
    private final CodeFiles code;

    SessionCluster(Session session, CodeFiles code) {
        this.session = session;
        this.code = code;
    }

    @Override
    public Pool pool() {
        return SheafPools.over(new SharedSession(session), code);
    }

    @Override
    public List<WorkerSummary> workers() {
        return Answers.await(session.ask(ToClient.Workers.class, FromClient.ListWorkers::new)).workers().stream()
                .map(SessionCluster::summary)
                .toList();
    }

    @Override
    public List<JobSummary> jobs() {
        return Answers.await(session.ask(ToClient.Jobs.class, FromClient.ListJobs::new)).jobs().stream()
                .map(SessionCluster::summary)
                .toList();
    }

    @Override
    public ClusterJob job(String id) {
        JobId job = parse(id);
        try {
            Answers.await(session.ask(ToClient.Job.class, request -> new FromClient.DescribeJob(request, job)));
            return new KnownJob(session, job);
        } catch (RequestFailedException e) {
            throw e.problem() == Problem.UNKNOWN_JOB ? new NoSuchElementException(e.getMessage()) : e;
        }
    }

    @Override
    public void close() {
        session.close();
    }

    private static JobId parse(String id) {
        try {
            return new JobId(Long.parseLong(id));
        } catch (NumberFormatException e) {
            throw new NoSuchElementException("There is no job '" + id + "'; ids of jobs are numbers", e);
        }
    }

    static JobSummary summary(JobStatus job) {
        OptionalLong ended = job.endedAt();
        return new JobSummary(
                job.id().toString(),
                job.name(),
                JobSummary.State.valueOf(job.state().name()),
                new JobSummary.Counts(job.total(), job.succeeded(), job.failed(), job.running()),
                Instant.ofEpochMilli(job.submittedAt()),
                ended.isPresent() ? Optional.of(Instant.ofEpochMilli(ended.getAsLong())) : Optional.empty(),
                job.reason());
    }

    private static WorkerSummary summary(WorkerStatus worker) {
        return new WorkerSummary(
                worker.info().id().name(),
                worker.info().host(),
                worker.info().pid(),
                worker.info().slots(),
                worker.busy(),
                worker.completed(),
                Instant.ofEpochMilli(worker.joinedAt()));
    }
}
