package io.sheaf.client.cluster;

import io.sheaf.client.session.CodeFiles;
import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/** A cluster's session as one of its pools has it, which others use too: closing it leaves it open. */
record SharedSession(Session session) implements Session {
    @Override
    public int slots() {
        return session.slots();
    }

    @Override
    public <A extends ToClient> CompletableFuture<A> ask(Class<A> answer, LongFunction<FromClient> question) {
        return session.ask(answer, question);
    }

    @Override
    public CompletableFuture<JobHandle> submit(JobSpec job, CodeFiles code, JobListener listener) {
        return session.submit(job, code, listener);
    }

    @Override
    public CompletableFuture<JobHandle> submit(String key, JobSpec job, CodeFiles code, JobListener listener) {
        return session.submit(key, job, code, listener);
    }

    @Override
    public CompletableFuture<JobHandle> retry(JobId job, boolean onlyFailed, Optional<CodeFiles> code) {
        return session.retry(job, onlyFailed, code);
    }

    @Override
    public CompletableFuture<JobStatus> watch(JobId job, JobListener listener) {
        return session.watch(job, listener);
    }

    @Override
    public void close() {
        // Its pool has cancelled what it still ran.
    }
}
