package io.sheaf.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.spill.Memory;
import io.sheaf.coordinator.spill.SpillDirectory;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BackPressureTest {
    private static final int LENGTH = 100_000;

    @TempDir
    private Path folder;

    private final Stage stage = new Stage(1 << 20);
    private final FakeClient client = stage.client();
    private long credit;

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void oneItemOfAnySizeIsAdmittedAndWhatFollowsWithoutCreditEndsTheJob() throws Exception {
        JobId job = submit(true);
        stage.say(client, new FromClient.Items(job, Stage.segment(0, "x".repeat(5_000_000))));
        assertThat(stage.describe(client, job).state()).isEqualTo(JobState.WAITING);
        stage.say(client, new FromClient.Items(job, Stage.segment(1, "y")));
        JobStatus ended = client.await(ToClient.Ended.class).status();
        assertThat(ended.state()).isEqualTo(JobState.FAILED);
        assertThat(ended.reason().orElseThrow()).contains("credit");
    }

    @Test
    void aLiveJobGetsCreditAsItsItemsEndAndNotBefore() throws Exception {
        JobId job = submit(true);
        int sent = 0;
        while (credit > 0) {
            send(job, sent++);
        }
        stage.describe(client, job);
        assertThat(client.heard(ToClient.Credit.class)).isEmpty();
        stage.eager("one", 1);
        int all = sent + 50;
        while (sent < all) {
            awaitCredit();
            send(job, sent++);
        }
        stage.say(client, new FromClient.ItemsEnded(job, all));
        assertThat(client.await(ToClient.Ended.class).status().succeeded()).isEqualTo(all);
    }

    @Test
    void aDetachedJobOfManyTimesTheMemorySpillsGoesOnAndGivesTheDiskBack() throws Exception {
        JobId job = submit(false);
        int all = 200;
        for (int i = 0; i < all; i++) {
            awaitCredit();
            send(job, i);
        }
        stage.say(client, new FromClient.ItemsEnded(job, all));
        assertThat(stage.describe(client, job).succeeded()).isZero();
        assertThat(stage.spilled()).isNotEmpty();
        FakeWorker worker = stage.patient("one", 2);
        List<String> granted = new ArrayList<>();
        while (granted.size() < all) {
            ToWorker.Granted grant = worker.await(ToWorker.Granted.class);
            for (Segment segment : grant.items()) {
                for (long index = segment.from(); index < segment.to(); index++) {
                    granted.add((String) new SegmentReader(getClass().getClassLoader()).read(segment, index));
                }
                // As large as the items were, so that the results do not fit the memory either.
                worker.complete(
                        new ToWorker.Granted(
                                grant.lease(), grant.job(), segment.from(), segment.to(), List.of(), List.of(), false),
                        segment);
            }
        }
        for (int i = 0; i < all; i++) {
            assertThat(granted.get(i)).isEqualTo(item(i));
        }
        assertResults(job, all);
    }

    private void assertResults(JobId job, int all) throws Exception {
        stage.say(client, new FromClient.Watch(7, job));
        assertThat(client.await(ToClient.Ended.class).status().succeeded()).isEqualTo(all);
        long next = 0;
        ToClient.Page page;
        do {
            page = stage.page(client, job, next);
            for (Segment segment : page.results()) {
                for (long index = segment.from(); index < segment.to(); index++) {
                    assertThat(new SegmentReader(getClass().getClassLoader()).read(segment, index))
                            .isEqualTo(item((int) index));
                }
            }
            assertThat(page.next()).isGreaterThan(next);
            next = page.next();
        } while (!page.complete());
        assertThat(next).isEqualTo(all);
    }

    @Test
    void whileTheDiskIsFullNewJobsAreRefusedAndClientsAreToldAndAfterwardsAllGoesOn() throws Exception {
        JobId job = submit(false);
        Path own = stage.ownDirectory();
        Path away = own.resolveSibling("away");
        Files.move(own, away);
        int sent = 0;
        while (client.heard(ToClient.Withheld.class).isEmpty()) {
            if (credit > 0) {
                send(job, sent++);
            } else {
                assertThat(client.await(ToClient.Withheld.class).message()).contains("free space there");
            }
            takeCredit();
            stage.describe(client, job);
        }
        stage.say(client, new FromClient.Submit(99, Stage.spec(new Source.Streamed(), false)));
        ToClient.RequestFailed refused = client.await(ToClient.RequestFailed.class);
        assertThat(refused.problem()).isEqualTo(Problem.NO_ROOM);
        assertThat(refused.message()).contains("free space there");
        Files.move(away, own);
        assertThat(client.await(ToClient.Withheld.class).message()).isEmpty();
        int all = sent + 30;
        while (sent < all) {
            awaitCredit();
            send(job, sent++);
        }
        stage.say(client, new FromClient.ItemsEnded(job, all));
        stage.eager("one", 2);
        stage.say(client, new FromClient.Watch(7, job));
        assertThat(client.await(ToClient.Ended.class).status().succeeded()).isEqualTo(all);
    }

    @Test
    void theLiveJobsOfAClientThatDoesNotReadAreHeldUntilItHasCaughtUp() throws Exception {
        List<String> brake = new ArrayList<>();
        Memory memory = new Memory(1 << 20, SpillDirectory.open(folder));
        BackPressure pressure =
                new BackPressure(memory, new Noting(brake), workload -> 2, new LinkedBlockingQueue<>()::add);
        begin(pressure, 1, client, true);
        begin(pressure, 2, stage.client(), true);
        begin(pressure, 3, client, false);
        pressure.slow(client);
        begin(pressure, 4, client, true);
        pressure.settle();
        assertThat(brake).containsExactly("hold 1", "hold 4");
        pressure.caughtUp(client);
        assertThat(brake.subList(2, 4)).containsExactlyInAnyOrder("release 1", "release 4");
        pressure.close();
    }

    @Test
    void whatTasksPrintForAClientThatDoesNotReadIsBoundedAndItIsToldWhatIsMissing() throws Exception {
        Memory memory = new Memory(1 << 20, SpillDirectory.open(folder));
        BackPressure pressure = new BackPressure(
                memory, new Noting(new ArrayList<>()), workload -> 2, new LinkedBlockingQueue<>()::add);
        JobRecord job = begin(pressure, 1, client, true);
        Output output = new Output(3, false, "x".repeat(10 << 20));
        assertThat(pressure.admits(job, output)).isTrue();
        assertThat(pressure.admits(job, output)).isTrue();
        pressure.slow(client);
        assertThat(pressure.admits(job, output)).isTrue();
        assertThat(pressure.admits(job, output)).isFalse();
        pressure.caughtUp(client);
        assertThat(client.await(ToClient.Printed.class).output().text()).contains("10485760 characters");
        assertThat(pressure.admits(job, output)).isTrue();
        pressure.close();
    }

    @Test
    void detachedJobsAreHeldWhileTheirResultsFitNeitherMemoryNorDisk() throws Exception {
        List<String> brake = new ArrayList<>();
        LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
        Memory memory = new Memory(1 << 20, SpillDirectory.open(folder));
        BackPressure pressure = new BackPressure(memory, new Noting(brake), workload -> 2, loop::add);
        JobRecord job = begin(pressure, 1, client, false);
        begin(pressure, 2, client, true);
        job.kept.add(Stage.segment(0, "x".repeat(1_500_000)));
        while (brake.size() < 2) {
            pressure.settle();
            loop.take().run();
        }
        assertThat(brake).containsExactly("hold 1", "release 1");
        pressure.close();
    }

    private static JobRecord begin(BackPressure pressure, long id, ClientPort client, boolean live) {
        JobRecord job = new JobRecord(
                new JobId(id), Stage.spec(new Source.Streamed(), live), Optional.empty(), 0, pressure.spill(), false);
        pressure.opened(job, client);
        pressure.begun(job);
        return job;
    }

    private record Noting(List<String> notes) implements Brake {
        @Override
        public void hold(JobId job) {
            notes.add("hold " + job.number());
        }

        @Override
        public void release(JobId job) {
            notes.add("release " + job.number());
        }
    }

    private JobId submit(boolean live) throws InterruptedException {
        JobId job = stage.submit(client, new Source.Streamed(), live);
        List<ToClient.Accepted> accepted = client.heard(ToClient.Accepted.class);
        credit = accepted.get(accepted.size() - 1).credit();
        return job;
    }

    private void send(JobId job, int index) throws Exception {
        Segment segment = Stage.segment(index, item(index));
        credit -= segment.cost();
        stage.say(client, new FromClient.Items(job, segment));
    }

    private static String item(int index) {
        return String.valueOf((char) ('a' + index % 26)).repeat(LENGTH) + index;
    }

    private int counted;

    private void takeCredit() {
        List<ToClient.Credit> all = client.heard(ToClient.Credit.class);
        while (counted < all.size()) {
            credit += all.get(counted++).bytes();
        }
    }

    private void awaitCredit() throws InterruptedException {
        takeCredit();
        while (credit <= 0) {
            client.await(ToClient.Credit.class);
            takeCredit();
        }
    }
}
