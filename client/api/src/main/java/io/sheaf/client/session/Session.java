package io.sheaf.client.session;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobStatus;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/**
 * An open session. Safe for use by many threads. Futures complete exceptionally with {@link RequestFailedException}
 * when the coordinator refuses, and with {@link io.sheaf.ClusterUnreachableException} when the connection ends.
 */
public interface Session extends AutoCloseable {
    /** How many items the cluster runs at once, as last heard. */
    int slots();

    /**
     * Asks one question.
     *
     * @param answer the kind of answer that the question has
     * @param question makes it, given the number of the request
     */
    <A extends ToClient> CompletableFuture<A> ask(Class<A> answer, LongFunction<FromClient> question);

    /**
     * Submits a job, uploading the code that the coordinator lacks.
     *
     * @param code where the files of the job's bundle are
     * @param listener told of a live job's results and of its end; of a detached one nothing
     */
    default CompletableFuture<JobHandle> submit(JobSpec job, CodeFiles code, JobListener listener) {
        return submit(UUID.randomUUID().toString(), job, code, listener);
    }

    /**
     * As {@link #submit(JobSpec, CodeFiles, JobListener)}, under a key: what is submitted under the key of a detached job
     * that the coordinator knows is that job, and of its items only those are sent that have not come.
     */
    CompletableFuture<JobHandle> submit(String key, JobSpec job, CodeFiles code, JobListener listener);

    /**
     * Runs again what has no result of a job that has ended and is not live.
     *
     * @param onlyFailed refused when there is more without a result than what has failed
     * @param code instead of what it had, if any; uploaded where the coordinator lacks it
     */
    CompletableFuture<JobHandle> retry(JobId job, boolean onlyFailed, Optional<CodeFiles> code);

    /**
     * Follows a job of anybody: progress and its end.
     *
     * @return how it stands
     */
    CompletableFuture<JobStatus> watch(JobId job, JobListener listener);

    /** Ends the session, and with it its live jobs. */
    @Override
    void close();
}
