package io.sheaf.worker.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Nesting;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.worker.execution.Execution;
import io.sheaf.worker.process.ExecutorEvents.CurrentItem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AgentTest {
    private static final JobId JOB = new JobId(1);
    private static final WorkerInfo SELF = new WorkerInfo(new WorkerId("w"), "host", 1, 2, 0, "1", List.of());

    @TempDir
    private Path folder;

    private final FakeExecutors executors = new FakeExecutors();
    private final CountDownLatch fatal = new CountDownLatch(1);
    private Agent agent;

    /** What a coordinator has heard over one registration. */
    private static final class Port implements CoordinatorPort {
        private final BlockingQueue<FromWorker> heard = new LinkedBlockingQueue<>();

        @Override
        public void send(FromWorker message) {
            heard.add(message);
        }

        <T extends FromWorker> T next(Class<T> kind) throws InterruptedException {
            FromWorker message = heard.poll(10, TimeUnit.SECONDS);
            assertThat(message).isInstanceOf(kind);
            return kind.cast(message);
        }
    }

    @BeforeEach
    void begin() {
        Execution execution = new Execution(SELF.id(), new Execution.Limits(1, 0, 2_000_000_000L, 60_000_000_000L));
        agent = new Agent(SELF, execution, executors, folder, false, fatal::countDown);
    }

    @AfterEach
    void end() {
        agent.close();
    }

    @Test
    void aWorkerRegistersAndRunsWhatItIsGranted() throws InterruptedException {
        Port port = register(0);
        open(new Bundle(List.of()));
        grant(1, 0, 1);
        FromWorker.Completed done = port.next(FromWorker.Completed.class);
        assertThat(done.lease()).isEqualTo(new LeaseId(1, 1));
        assertThat(done.results().to()).isEqualTo(1);
    }

    @Test
    void nothingIsReportedBeforeTheRegistrationIsAnswered() throws InterruptedException {
        Port first = register(0);
        executors.prompt = false;
        open(new Bundle(List.of()));
        grant(1, 0, 1);
        FakeExecutors.Executor executor = executor();
        var batch = executor.batches.take();
        agent.detached(List.of());
        executor.finish(batch);
        Port second = new Port();
        agent.attached(second);
        assertThat(second.next(FromWorker.Register.class).held())
                .as("its end is still to be told")
                .containsExactly(new HeldLease(new LeaseId(1, 1), JOB, 0, 1));
        assertThat(second.heard).isEmpty();
        agent.received(new ToWorker.Registered(2, List.of()));
        assertThat(second.next(FromWorker.Completed.class).results().from()).isZero();
        assertThat(first.heard).isEmpty();
    }

    @Test
    void whatBecomesImpossibleWhileItRegistersIsSaidAfterwards() throws InterruptedException {
        register(0);
        executors.prompt = false;
        Bundle bundle = new Bundle(List.of());
        open(bundle);
        grant(2, 2, 3);
        FakeExecutors.Executor executor = executor();
        var batch = executor.batches.take();
        Port second = new Port();
        agent.attached(second);
        var held = second.next(FromWorker.Register.class).held();
        assertThat(held).isNotEmpty();
        agent.missing(bundle.id(), "There is no code.");
        executor.finish(batch);
        agent.received(new ToWorker.Registered(1, List.of(lease(2))));
        assertThat(second.next(FromWorker.CannotRun.class).job()).isEqualTo(JOB);
    }

    @Test
    void reportsThatMayNotHaveArrivedAreSentAgainInOrder() throws InterruptedException {
        Port first = register(0);
        open(new Bundle(List.of()));
        grant(1, 0, 1);
        FromWorker.Completed undelivered = first.next(FromWorker.Completed.class);
        executors.prompt = false;
        grant(2, 1, 2);
        FakeExecutors.Executor executor = executor();
        var batch = executor.batches.take();
        agent.detached(List.of(new FromWorker.Register(SELF, List.of(), 1), undelivered));
        executor.die(Optional.of(new CurrentItem(JOB, batch.items().from())));
        // What is not reported is still this worker's, so that nobody runs it again before it is.
        Port second = register(2);
        assertThat(second.next(FromWorker.Completed.class)).isEqualTo(undelivered);
        assertThat(second.next(FromWorker.Died.class).index()).isEqualTo(1);
    }

    @Test
    void whatRunsGoesOnThroughANewRegistration() throws InterruptedException {
        register(0);
        executors.prompt = false;
        open(new Bundle(List.of()));
        grant(1, 0, 1);
        FakeExecutors.Executor executor = executor();
        var batch = executor.batches.take();
        agent.detached(List.of());
        Port second = new Port();
        agent.attached(second);
        LeaseId lease = new LeaseId(1, 1);
        assertThat(second.next(FromWorker.Register.class).held()).containsExactly(new HeldLease(lease, JOB, 0, 1));
        agent.received(new ToWorker.Registered(2, List.of(lease)));
        executor.finish(batch);
        assertThat(second.next(FromWorker.Completed.class).lease()).isEqualTo(lease);
        assertThat(executors.started).as("nothing was started again").isEmpty();
    }

    @Test
    void aLeavingWorkerReturnsWhatHasNotStartedAndWaitsForTheRest() throws Exception {
        Port port = register(0);
        executors.prompt = false;
        open(new Bundle(List.of()));
        grant(1, 0, 10);
        FakeExecutors.Executor executor = executor();
        var batch = executor.batches.take();
        executor.batches.take();
        executor.batches.add(batch);
        CompletableFuture<Void> left = agent.leave();
        port.next(FromWorker.Leaving.class);
        assertThat(port.next(FromWorker.Returned.class)).isEqualTo(new FromWorker.Returned(JOB, lease(1), 2, 10));
        assertThat(left).isNotDone();
        executor.events.received(executor, new FromExecutor.TakenBack(batch.number() + 1, 1));
        assertThat(port.next(FromWorker.Returned.class)).isEqualTo(new FromWorker.Returned(JOB, lease(1), 1, 2));
        executor.finish(batch);
        port.next(FromWorker.Completed.class);
        left.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aLeavingWorkerSaysSoToTheNextCoordinatorToo() throws InterruptedException {
        Port first = register(0);
        executors.prompt = false;
        open(new Bundle(List.of()));
        grant(1, 0, 1);
        executor().batches.take();
        CompletableFuture<Void> left = agent.leave();
        first.next(FromWorker.Leaving.class);
        agent.detached(List.of());
        register(1).next(FromWorker.Leaving.class);
        assertThat(left).isNotDone();
    }

    @Test
    void codeThatIsNotHereIsFetchedBeforeAnExecutorStarts() throws InterruptedException {
        Port port = register(0);
        Bundle bundle = new Bundle(List.of(new CodeFile(id("jar"), "a.jar", 3, "/no/such/a.jar")));
        open(bundle);
        grant(1, 0, 1);
        CodeId wanted = port.next(FromWorker.CodeWanted.class).id();
        assertThat(executors.classPaths).isEmpty();
        agent.received(new ToWorker.CodePart(wanted, 0, true, Bytes.wrap("jar".getBytes(UTF_8))));
        port.next(FromWorker.Completed.class);
        assertThat(executors.classPaths.get(0).get(0)).hasContent("jar");
    }

    @Test
    void codeThatWasOnItsWayIsAskedForAgain() throws InterruptedException {
        Port first = register(0);
        open(new Bundle(List.of(new CodeFile(id("jar"), "a.jar", 3, "/no/such/a.jar"))));
        CodeId wanted = first.next(FromWorker.CodeWanted.class).id();
        agent.detached(List.of());
        assertThat(register(0).next(FromWorker.CodeWanted.class).id()).isEqualTo(wanted);
    }

    @Test
    void codeThatCannotBeHadEndsTheJob() throws InterruptedException {
        Port port = register(0);
        open(new Bundle(List.of(new CodeFile(id("jar"), "a.jar", 3, "/no/such/a.jar"))));
        for (int i = 0; i < 2; i++) {
            CodeId wanted = port.next(FromWorker.CodeWanted.class).id();
            agent.received(new ToWorker.CodePart(wanted, 0, true, Bytes.wrap("rej".getBytes(UTF_8))));
        }
        assertThat(port.next(FromWorker.CannotRun.class).reason()).contains("SHA-256");
    }

    @Test
    void anAgentThatCannotGoOnSaysSo() throws InterruptedException {
        register(0);
        executors.broken = true;
        open(new Bundle(List.of()));
        grant(1, 0, 1);
        assertThat(fatal.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.leave()).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void closingEndsExecutorsAndWhoeverWaits() throws Exception {
        register(0);
        executors.prompt = false;
        open(new Bundle(List.of()));
        grant(1, 0, 1);
        executor().batches.take();
        CompletableFuture<Void> left = agent.leave();
        agent.close();
        left.get(10, TimeUnit.SECONDS);
        assertThat(executors.closed).isTrue();
    }

    @Test
    void aMillionTinyItemsTakeFewMessages() throws InterruptedException {
        Port port = register(0);
        open(new Bundle(List.of()));
        int count = 1_000_000;
        grant(1, 0, count);
        long done = 0;
        int messages = 0;
        while (done < count) {
            done += port.next(FromWorker.Completed.class).results().count();
            messages++;
        }
        assertThat(messages).isLessThan(100);
    }

    private Port register(int held) throws InterruptedException {
        Port port = new Port();
        agent.attached(port);
        FromWorker.Register register = port.next(FromWorker.Register.class);
        assertThat(register.info()).isEqualTo(SELF);
        assertThat(register.held()).hasSize(held);
        List<LeaseId> keep = register.held().stream().map(HeldLease::id).toList();
        agent.received(new ToWorker.Registered(1, keep));
        return port;
    }

    private void open(Bundle bundle) {
        agent.received(new ToWorker.JobOpened(
                JOB,
                new Work.Calls(),
                Optional.empty(),
                new Source.Range(0, 10_000_000),
                bundle,
                ResultForm.OBJECT,
                Policy.defaults(),
                new Nesting(new JobToken("a token"), 0)));
    }

    private void grant(long lease, long from, long to) {
        agent.received(new ToWorker.Granted(lease(lease), JOB, from, to, List.of(), List.of(), false));
    }

    private FakeExecutors.Executor executor() throws InterruptedException {
        FakeExecutors.Executor executor = executors.started.poll(10, TimeUnit.SECONDS);
        assertThat(executor).isNotNull();
        return executor;
    }

    private static LeaseId lease(long number) {
        return new LeaseId(1, number);
    }

    private static CodeId id(String content) {
        var digest = CodeId.newDigest();
        digest.update(content.getBytes(UTF_8));
        return CodeId.of(digest);
    }
}
