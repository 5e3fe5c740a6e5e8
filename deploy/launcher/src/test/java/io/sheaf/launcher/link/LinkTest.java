package io.sheaf.launcher.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.dispatch.WorkerPort;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.worker.agent.CoordinatorPort;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LinkTest {
    private int akkaPort;

    @BeforeEach
    void choosePort() throws Exception {
        akkaPort = CoordinatorEnd.freePort();
    }

    private WorkerEnd worker() {
        return new WorkerEnd("w", akkaPort, CoordinatorEnd.TOKEN);
    }

    /** A coordinator and a worker, linked. */
    private record Linked(CoordinatorPort up, WorkerPort down) {
        static Linked of(CoordinatorEnd coordinator, WorkerEnd worker) throws InterruptedException {
            WorkerPort down =
                    coordinator.next(CoordinatorEnd.Told.Registered.class, 20).port();
            return new Linked(worker.next(WorkerEnd.Told.Attached.class, 1).port(), down);
        }
    }

    @Test
    void aWorkerThatComesLaterRegisters() throws Exception {
        try (CoordinatorEnd coordinator = new CoordinatorEnd(akkaPort);
                WorkerEnd worker = worker()) {
            Linked linked = Linked.of(coordinator, worker);
            linked.down.send(Numbered.toWorker(1));
            Numbered.check(1, worker.next(WorkerEnd.Told.Received.class, 5).message());
        }
    }

    @Test
    void aWorkerThatComesFirstWaitsForTheCoordinator() throws Exception {
        try (WorkerEnd worker = worker()) {
            assertThat(worker.refusals.poll(7, TimeUnit.SECONDS)).isNull();
            try (CoordinatorEnd coordinator = new CoordinatorEnd(akkaPort)) {
                Linked.of(coordinator, worker);
            }
        }
    }

    @Test
    void messagesOfAllSizesArriveOnceAndInOrderInBothDirections() throws Exception {
        try (CoordinatorEnd coordinator = new CoordinatorEnd(akkaPort);
                WorkerEnd worker = worker()) {
            exchange(coordinator, worker, Linked.of(coordinator, worker), 100_000, number -> {});
        }
    }

    @Test
    void aDataConnectionThatIsCutLosesNothing() throws Exception {
        try (CoordinatorEnd coordinator = new CoordinatorEnd(akkaPort);
                WorkerEnd worker = worker()) {
            exchange(coordinator, worker, Linked.of(coordinator, worker), 20_000, number -> {
                if (number % 4000 == 2000) {
                    coordinator.cutData();
                }
            });
            assertThat(coordinator.dataConnections()).isGreaterThan(3);
        }
    }

    @Test
    void aMemberThatIsTakenOutOfTheClusterComesBackInItsSession() throws Exception {
        try (CoordinatorEnd coordinator = new CoordinatorEnd(akkaPort);
                WorkerEnd worker = worker();
                Intruder intruder = new Intruder(akkaPort)) {
            exchange(coordinator, worker, Linked.of(coordinator, worker), 20_000, number -> {
                if (number == 10_000) {
                    intruder.takeOutTheWorker();
                }
            });
        }
    }

    @Test
    void aNewCoordinatorGetsWhatTheOldOneDidNotAcknowledge() throws Exception {
        try (WorkerEnd worker = worker()) {
            CoordinatorPort up;
            try (CoordinatorEnd first = new CoordinatorEnd(akkaPort)) {
                up = Linked.of(first, worker).up;
                up.send(Numbered.fromWorker(0));
                Numbered.check(
                        0, first.next(CoordinatorEnd.Told.Received.class, 5).message());
            }
            for (int number = 1; number <= 3; number++) {
                up.send(Numbered.fromWorker(number));
            }
            try (CoordinatorEnd second = new CoordinatorEnd(akkaPort)) {
                List<FromWorker> undelivered =
                        worker.next(WorkerEnd.Told.Detached.class, 20).undelivered();
                assertThat(undelivered).hasSizeBetween(3, 5);
                Numbered.check(3, undelivered.get(undelivered.size() - 1));
                Linked.of(second, worker);
            }
        }
    }

    @Test
    void whatIsSaidUnderTheOldRegistrationDoesNotOvertakeTheNewOne() throws Exception {
        try (WorkerEnd worker = worker()) {
            CoordinatorPort up;
            try (CoordinatorEnd first = new CoordinatorEnd(akkaPort)) {
                up = Linked.of(first, worker).up;
            }
            worker.registerLate();
            try (CoordinatorEnd second = new CoordinatorEnd(akkaPort)) {
                worker.next(WorkerEnd.Told.Detached.class, 20);
                up.send(Numbered.fromWorker(7));
                CoordinatorPort next =
                        worker.next(WorkerEnd.Told.Attached.class, 5).port();
                worker.register(next);
                second.next(CoordinatorEnd.Told.Registered.class, 5);
                Numbered.check(
                        7, second.next(CoordinatorEnd.Told.Received.class, 5).message());
            }
        }
    }

    @Test
    void aWorkerWhoseProcessEndsIsDeadWithinTwoSeconds() throws Exception {
        try (CoordinatorEnd coordinator = new CoordinatorEnd(akkaPort)) {
            WorkerPort port;
            try (WorkerEnd worker = worker()) {
                Linked linked = Linked.of(coordinator, worker);
                port = linked.down;
                exchange(coordinator, worker, linked, 2000, number -> {});
            }
            CoordinatorEnd.Told.Lost lost = coordinator.next(CoordinatorEnd.Told.Lost.class, 3);
            assertThat(lost.port()).isSameAs(port);
            assertThat(lost.how().what()).isEqualTo("worker");
            assertThat(lost.how().verdict()).isEqualTo("its process is gone");
        }
    }

    @Test
    void aWorkerLeavesWithinASecondAfterAllThatItSaidHasArrived() throws Exception {
        try (CoordinatorEnd coordinator = new CoordinatorEnd(akkaPort);
                WorkerEnd worker = worker()) {
            Linked linked = Linked.of(coordinator, worker);
            for (int number = 990; number < 1010; number++) {
                linked.up.send(Numbered.fromWorker(number));
            }
            worker.link.leave().get(5, TimeUnit.SECONDS);
            for (int number = 990; number < 1010; number++) {
                Numbered.check(
                        number,
                        coordinator.next(CoordinatorEnd.Told.Received.class, 1).message());
            }
            assertThat(coordinator.next(CoordinatorEnd.Told.Lost.class, 1).how().verdict())
                    .isEqualTo("it has left");
        }
    }

    @Test
    void aWrongTokenIsRefusedInWordsThatSayWhatToDo() throws Exception {
        try (CoordinatorEnd coordinator = new CoordinatorEnd(akkaPort);
                WorkerEnd worker = new WorkerEnd("w", akkaPort, "wrong")) {
            assertThat(worker.refusals.poll(20, TimeUnit.SECONDS)).contains("SHEAF_TOKEN");
            assertThat(coordinator.isQuiet()).isTrue();
        }
    }

    private interface Interference {
        void before(int number) throws Exception;
    }

    /** Sends from both ends at once, and checks what arrives. */
    private void exchange(
            CoordinatorEnd coordinator, WorkerEnd worker, Linked linked, int count, Interference interference)
            throws Exception {
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            for (int number = 0; number < count; number++) {
                linked.up.send(Numbered.fromWorker(number));
                linked.down.send(Numbered.toWorker(number));
            }
        });
        for (int number = 0; number < count; number++) {
            interference.before(number);
            CoordinatorEnd.Told.Received up = coordinator.next(CoordinatorEnd.Told.Received.class, 30);
            assertThat(up.port()).isSameAs(linked.down);
            Numbered.check(number, up.message());
            Numbered.check(
                    number, worker.next(WorkerEnd.Told.Received.class, 30).message());
        }
        sending.get(10, TimeUnit.SECONDS);
        assertThat(coordinator.isQuiet()).isTrue();
        assertThat(worker.isQuiet()).isTrue();
        assertThat(coordinator.fatal.get()).isNull();
        assertThat(worker.refusals).isEmpty();
    }
}
