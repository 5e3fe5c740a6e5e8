package io.sheaf.cli;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.session.CodeFiles;
import io.sheaf.client.session.CoordinatorAddress;
import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.RequestFailedException;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.NumberedText;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A coordinator that says what a test told it to. Each job is number 7. */
final class FakeCluster implements Connector {
    static final JobId JOB = new JobId(7);

    final List<String> items = new ArrayList<>();
    final List<String> retried = new ArrayList<>();
    final List<String> keys = new ArrayList<>();
    final CountDownLatch cancelled = new CountDownLatch(1);
    private final Map<Class<?>, Function<FromClient, ToClient>> answers = new HashMap<>();
    private Consumer<JobListener> story = listener -> listener.ended(status(JobState.SUCCEEDED, 0, 0));
    private Consumer<JobListener> watched = listener -> {};
    private @Nullable JobSpec submitted;
    private @Nullable String unreachable;
    private int localProcesses;

    static JobStatus status(JobState state, long succeeded, long failed) {
        return status(state, succeeded, failed, "");
    }

    static JobStatus status(JobState state, long succeeded, long failed, String reason) {
        return new JobStatus(
                JOB,
                "nightly",
                state,
                OptionalLong.of(succeeded + failed),
                succeeded,
                failed,
                0,
                1,
                2,
                1_700_000_000_000L,
                state.ended() ? OptionalLong.of(1_700_000_001_500L) : OptionalLong.empty(),
                Optional.of(reason).filter(why -> !why.isEmpty()));
    }

    /** What is answered to a kind of question. */
    <Q extends FromClient> FakeCluster answer(Class<Q> question, Function<Q, ToClient> answer) {
        answers.put(question, asked -> answer.apply(question.cast(asked)));
        return this;
    }

    /** What the listener of a live job is told once all items are there. */
    FakeCluster tells(Consumer<JobListener> what) {
        story = what;
        return this;
    }

    /** What whoever watches a job is told. */
    FakeCluster tellsWatchers(Consumer<JobListener> what) {
        watched = what;
        return this;
    }

    FakeCluster cannotBeReached(String why) {
        unreachable = why;
        return this;
    }

    JobSpec submitted() {
        if (submitted == null) {
            throw new AssertionError("Nothing was submitted");
        }
        return submitted;
    }

    boolean isUntouched() {
        return submitted == null;
    }

    int localProcesses() {
        return localProcesses;
    }

    @Override
    public Session connect(CoordinatorAddress address) {
        if (unreachable != null) {
            throw new ClusterUnreachableException(unreachable, null);
        }
        return new Conversation();
    }

    @Override
    public Session local(int processes) {
        localProcesses = processes;
        return new Conversation();
    }

    private final class Conversation implements Session {
        @Override
        public int slots() {
            return 2;
        }

        @Override
        public <A extends ToClient> CompletableFuture<A> ask(Class<A> answer, LongFunction<FromClient> question) {
            FromClient asked = question.apply(1);
            Function<FromClient, ToClient> known = answers.get(asked.getClass());
            return known == null
                    ? CompletableFuture.failedFuture(
                            new RequestFailedException(Problem.UNKNOWN_JOB, "There is no job 9"))
                    : CompletableFuture.completedFuture(answer.cast(known.apply(asked)));
        }

        @Override
        public CompletableFuture<JobHandle> submit(JobSpec job, CodeFiles code, JobListener listener) {
            submitted = job;
            if (job.live() && job.source() instanceof Source.Range) {
                story.accept(listener);
            }
            return CompletableFuture.completedFuture(new Handle(listener));
        }

        @Override
        public CompletableFuture<JobHandle> submit(String key, JobSpec job, CodeFiles code, JobListener listener) {
            keys.add(key);
            return submit(job, code, listener);
        }

        @Override
        public CompletableFuture<JobHandle> retry(JobId job, boolean onlyFailed, Optional<CodeFiles> code) {
            retried.add(job + (onlyFailed ? " failed" : " all") + (code.isPresent() ? " new code" : ""));
            return CompletableFuture.completedFuture(new Handle(new Deaf()));
        }

        @Override
        public CompletableFuture<JobStatus> watch(JobId job, JobListener listener) {
            watched.accept(listener);
            return CompletableFuture.completedFuture(status(JobState.RUNNING, 0, 0));
        }

        @Override
        public void close() {}
    }

    /** Wants to know nothing. */
    private static final class Deaf implements JobListener {
        @Override
        public void ended(JobStatus status) {}

        @Override
        public void lost(ClusterUnreachableException why) {}
    }

    private final class Handle implements JobHandle {
        private final JobListener listener;

        Handle(JobListener listener) {
            this.listener = listener;
        }

        @Override
        public JobId id() {
            return JOB;
        }

        @Override
        public void send(Segment segment) {
            SegmentReader reader = new SegmentReader(FakeCluster.class.getClassLoader());
            for (long index = segment.from(); index < segment.to(); index++) {
                try {
                    Object item = reader.read(segment, index);
                    items.add(String.valueOf(item instanceof byte[] bytes ? NumberedText.parse(bytes) : item));
                } catch (IOException | ClassNotFoundException e) {
                    throw new AssertionError(e);
                }
            }
        }

        @Override
        public boolean sendAtOnce(Segment items) {
            return false;
        }

        @Override
        public void awaitSent() {}

        @Override
        public void end(long total) {
            if (submitted().live()) {
                story.accept(listener);
            }
        }

        @Override
        public void cancelItem(long index) {
            throw new UnsupportedOperationException("The command line cancels whole jobs");
        }

        @Override
        public void tell(long index, Bytes message) {
            throw new UnsupportedOperationException("The command line says nothing to items");
        }

        @Override
        public void cancel() {
            cancelled.countDown();
            listener.ended(status(JobState.CANCELLED, 0, 0));
        }
    }
}
