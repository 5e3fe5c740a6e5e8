package io.sheaf.coordinator.dispatch;

import static org.assertj.core.api.Assertions.fail;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Encoding;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.protocol.wire.Bytes;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A worker that does as the test says: nothing by itself, or all at once. */
final class FakeWorker implements WorkerPort {
    final WorkerId id;
    final int slots;
    volatile boolean closed;
    private final AtomicLong taken = new AtomicLong();
    private final WorkerEvents coordinator;
    private final boolean eager;
    private final LinkedBlockingQueue<ToWorker> inbox = new LinkedBlockingQueue<>();

    private FakeWorker(WorkerEvents coordinator, String name, int slots, boolean eager) {
        this.coordinator = coordinator;
        this.id = new WorkerId(name);
        this.slots = slots;
        this.eager = eager;
    }

    /** Runs what the test lets it run. */
    static FakeWorker patient(WorkerEvents coordinator, String name, int slots) {
        return new FakeWorker(coordinator, name, slots, false);
    }

    /** Completes whatever it is granted, at once. */
    static FakeWorker eager(WorkerEvents coordinator, String name, int slots) {
        return new FakeWorker(coordinator, name, slots, true);
    }

    FakeWorker register(HeldLease... held) {
        WorkerInfo info = new WorkerInfo(id, "host", 1, slots, 0, "0", List.of());
        coordinator.registered(this, new FromWorker.Register(info, List.of(held), Stage.EPOCH + 5));
        return this;
    }

    @Override
    public void send(ToWorker message) {
        inbox.add(message);
        if (eager && message instanceof ToWorker.Granted grant) {
            complete(grant);
        }
    }

    @Override
    public void taken(long messages) {
        taken.addAndGet(messages);
    }

    /** How much of what this worker has said need not be said again. */
    long taken() {
        return taken.get();
    }

    @Override
    public void close() {
        closed = true;
    }

    void say(FromWorker message) {
        coordinator.received(this, message);
    }

    /** Every item of the grant has a result: nothing, which takes no bytes. */
    void complete(ToWorker.Granted grant) {
        complete(grant, nulls(grant.from(), grant.to()));
    }

    void complete(ToWorker.Granted grant, Segment results) {
        say(new FromWorker.Completed(grant.job(), grant.lease(), results, 1000L * results.count()));
    }

    static Segment nulls(long from, long to) {
        return new Segment(from, (int) (to - from), Encoding.NULL, 0, Bytes.EMPTY, Bytes.EMPTY);
    }

    <T extends ToWorker> T await(Class<T> kind) throws InterruptedException {
        while (true) {
            ToWorker message = inbox.poll(10, TimeUnit.SECONDS);
            if (message == null) {
                return fail("Worker " + id + " was sent no " + kind.getSimpleName());
            }
            if (kind.isInstance(message)) {
                return kind.cast(message);
            }
        }
    }

    /** What came and was not waited for. */
    List<ToWorker> unread() {
        return List.copyOf(inbox);
    }
}
