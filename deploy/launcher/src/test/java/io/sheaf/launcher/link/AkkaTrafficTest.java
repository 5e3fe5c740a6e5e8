package io.sheaf.launcher.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.dispatch.WorkerPort;
import io.sheaf.protocol.WorkerConversation;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.protocol.link.LinkMessage;
import io.sheaf.protocol.wire.Bytes;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Leases and reports are Akka messages: each end of the link is met by an actor that has no other connection. */
@Timeout(60)
class AkkaTrafficTest {
    private static final long SESSION = 77;

    private int akkaPort;

    @BeforeEach
    void choosePort() throws Exception {
        akkaPort = CoordinatorEnd.freePort();
    }

    @Test
    void leasesReachAnActorAndAnActorReports() throws Exception {
        try (CoordinatorEnd coordinator = new CoordinatorEnd(akkaPort);
                LinkPeer worker = new LinkPeer("listener", 0)) {
            attach(worker, LinkMessage.VERSION);
            long session = worker.next(LinkMessage.Attached.class).session();
            worker.address(registrar(), "w", session);
            say(
                    worker,
                    new FromWorker.Register(
                            new WorkerInfo(new WorkerId("w"), "here", 1, 1, 0, "test", List.of()), List.of(), 1));
            WorkerPort port =
                    coordinator.next(CoordinatorEnd.Told.Registered.class, 10).port();

            ToWorker.Granted lease =
                    new ToWorker.Granted(new LeaseId(1, 1), new JobId(1), 0, 10, List.<Segment>of(), List.of(), false);
            port.send(lease);
            assertThat(WorkerConversation.TO_WORKER.fromBytes(worker.messages(1).get(0)))
                    .isEqualTo(lease);
            FromWorker.Returned report = new FromWorker.Returned(new JobId(1), new LeaseId(1, 1), 0, 10);
            say(worker, report);
            assertThat(coordinator.next(CoordinatorEnd.Told.Received.class, 10).message())
                    .isEqualTo(report);
            assertThat(coordinator.dataConnections()).isZero();

            say(worker, Numbered.fromWorker(999));
            assertThat(worker.bodies).hasSize(1);

            long silentSince = System.nanoTime();
            CoordinatorEnd.Told.Lost lost = coordinator.next(CoordinatorEnd.Told.Lost.class, 8);
            assertThat(System.nanoTime() - silentSince).isGreaterThan(5_500_000_000L);
            assertThat(lost.how().verdict()).isEqualTo("nothing was heard of it for 6 s");
        }
    }

    @Test
    void aWorkerReportsToAnActorAndGetsItsLeasesFromIt() throws Exception {
        try (LinkPeer coordinator = new LinkPeer("registrar", akkaPort);
                WorkerEnd worker = new WorkerEnd("w", akkaPort, "")) {
            LinkMessage.Attach attach = coordinator.next(LinkMessage.Attach.class);
            assertThat(attach.worker()).isEqualTo("w");
            attach.replyTo()
                    .tell(new LinkMessage.Attached(SESSION, 0, CoordinatorEnd.freePort(), "key", coordinator.self));
            coordinator.address(attach.replyTo().path().toString(), "w", SESSION);
            WorkerEnd.Told.Attached attached = worker.next(WorkerEnd.Told.Attached.class, 10);
            for (int number = 1; number <= 90; number++) {
                attached.port().send(Numbered.fromWorker(number));
            }
            List<Bytes> reports = coordinator.messages(91);
            assertThat(WorkerConversation.FROM_WORKER.fromBytes(reports.get(0)))
                    .isInstanceOf(FromWorker.Register.class);
            for (int number = 1; number <= 90; number++) {
                Numbered.check(number, WorkerConversation.FROM_WORKER.fromBytes(reports.get(number)));
            }
            coordinator.channel.send(WorkerConversation.TO_WORKER.toBytes(Numbered.toWorker(3)));
            coordinator.channel.flush(0);
            Numbered.check(3, worker.next(WorkerEnd.Told.Received.class, 10).message());
        }
    }

    @Test
    void aWorkerOfAnotherReleaseIsRefused() throws Exception {
        try (CoordinatorEnd coordinator = new CoordinatorEnd(akkaPort);
                LinkPeer worker = new LinkPeer("listener", 0)) {
            attach(worker, LinkMessage.VERSION + 1);
            assertThat(worker.next(LinkMessage.Refused.class).reason()).contains("use the same release");
            assertThat(coordinator.isQuiet()).isTrue();
        }
    }

    private String registrar() {
        return "akka://sheaf@127.0.0.1:" + akkaPort + "/user/registrar";
    }

    private void attach(LinkPeer worker, int version) {
        worker.address(registrar(), "w", 0);
        worker.tell(new LinkMessage.Attach("w", version, CoordinatorEnd.TOKEN, 0, 0, 1, worker.self));
    }

    private static void say(LinkPeer worker, FromWorker message) {
        worker.channel.send(WorkerConversation.FROM_WORKER.toBytes(message));
        worker.channel.flush(0);
    }
}
