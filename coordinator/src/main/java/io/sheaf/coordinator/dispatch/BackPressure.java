package io.sheaf.coordinator.dispatch;

import io.sheaf.Workload;
import io.sheaf.coordinator.spill.Memory;
import io.sheaf.coordinator.spill.Spill;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Output;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what clients bring, and what they do not fetch, within bounds. A live job may have so much of its input here as
 * keeps the cluster busy; a detached one any amount, which goes to disk. A live job is held while its client does not
 * read; a detached one while its results fit neither memory nor disk. For one thread.
 */
final class BackPressure {
    /** Enough for 1 MiB items at several times what one session moves in the time of an answer. */
    private static final long LARGEST_WINDOW = 64 << 20;

    /** What tasks that go on running may print for a client that does not read. */
    private static final long MOST_PRINTED = 16 << 20;

    private static final long SMALLEST_WINDOW = 256 << 10;

    /** Of the items of a live job so many are wanted here for each slot, however large they are. */
    private static final long ITEMS_PER_SLOT = 4;

    private final Spill spill;
    private final long budget;
    private final Brake brake;
    private final ToIntFunction<Workload> slots;
    private final Executor loop;
    private final Map<JobId, Flow> flows = new HashMap<>();
    private final Map<JobId, Flow> feeding = new LinkedHashMap<>();
    private final Set<ClientPort> slow = new HashSet<>();
    private boolean pressed;
    private boolean unwritten;
    private Optional<String> told = Optional.empty();

    /** A job that has not ended. */
    private static final class Flow {
        final JobRecord job;
        final Credit credit;
        private @Nullable ClientPort client;
        private boolean held;
        private long printed;
        private long dropped;

        Flow(JobRecord job, @Nullable ClientPort client, Credit credit) {
            this.job = job;
            this.client = client;
            this.credit = credit;
        }
    }

    /**
     * Without jobs.
     *
     * @param slots how many items of each kind the cluster runs at once
     * @param loop runs what it is given in the thread that uses this, soon
     */
    BackPressure(Memory memory, Brake brake, ToIntFunction<Workload> slots, Executor loop) {
        this.spill = new Spill(memory.beyond(), memory.budget(), loop);
        this.budget = memory.budget();
        this.brake = brake;
        this.slots = slots;
        this.loop = loop;
    }

    Spill spill() {
        return spill;
    }

    /** Why no new job is accepted, while that is so. */
    Optional<String> trouble() {
        return spill.trouble();
    }

    /** A job begins; returns what its client may send at first. */
    long opened(JobRecord job, ClientPort client) {
        Credit credit = new Credit(job.isRange() ? 0 : window(feeding.size() + 1));
        Flow flow = new Flow(job, client, credit);
        flows.put(job.id, flow);
        if (!job.isRange()) {
            feeding.put(job.id, flow);
        }
        return credit.unsent();
    }

    /** A client goes on to send the items of a job that is here; returns what it may send at first. */
    long resumed(JobRecord job, ClientPort client) {
        Flow flow = flows.get(job.id);
        if (flow != null) {
            flow.client = client;
        }
        if (flow == null || !job.takesItems()) {
            // What it still sends is passed over.
            return LARGEST_WINDOW << 20;
        }
        feeding.put(job.id, flow);
        long due = Math.max(0, window(feeding.size()) - flow.credit.unsent());
        flow.credit.grant(due);
        return flow.credit.unsent();
    }

    /** What durable jobs come to cannot be written down, or can be again: until then they are held. */
    void unwritten(boolean now) {
        if (unwritten != now) {
            unwritten = now;
            if (now) {
                flows.values().forEach(this::holdOrRelease);
            } else {
                loop.execute(() -> flows.values().forEach(this::holdOrRelease));
            }
        }
    }

    /** A job that had ended begins again, or has come over from an earlier life; the scheduler knows it. */
    void again(JobRecord job) {
        Flow flow = new Flow(job, null, new Credit(0));
        flows.put(job.id, flow);
        holdOrRelease(flow);
    }

    /** The scheduler knows the job. */
    void begun(JobRecord job) {
        Optional.ofNullable(flows.get(job.id)).ifPresent(this::holdOrRelease);
    }

    /** Items have come; returns whether the client was allowed to send them. */
    boolean admits(JobRecord job, Segment items) {
        Flow flow = flows.get(job.id);
        return flow == null || flow.credit.take(items.cost());
    }

    /** A task has printed something; returns whether its client can still be told. What cannot be told is counted. */
    boolean admits(JobRecord job, Output output) {
        Flow flow = flows.get(job.id);
        if (flow == null || !flow.held) {
            return true;
        }
        int length = output.text().length();
        if (flow.printed + length > MOST_PRINTED) {
            flow.dropped += length;
            return false;
        }
        flow.printed += length;
        return true;
    }

    private static void tellDropped(Flow flow) {
        if (flow.dropped > 0 && flow.client != null) {
            String text = "sheaf: " + flow.dropped + " characters that tasks of job " + flow.job.id
                    + " printed were dropped, because they were not read in time\n";
            flow.client.send(new ToClient.Printed(flow.job.id, new Output(0, true, text)));
        }
        flow.printed = 0;
        flow.dropped = 0;
    }

    /** All of the job's items are here. */
    void inputEnded(JobRecord job) {
        feeding.remove(job.id);
    }

    /** Nothing of the job runs any more. */
    void ended(JobRecord job) {
        feeding.remove(job.id);
        Flow flow = flows.remove(job.id);
        if (flow != null) {
            tellDropped(flow);
            if (flow.held) {
                brake.release(job.id);
            }
        }
    }

    /** The client does not read what it is sent as fast as that comes. */
    void slow(ClientPort client) {
        slow.add(client);
        flows.values().forEach(this::holdOrRelease);
    }

    /** The client has read nearly everything. */
    void caughtUp(ClientPort client) {
        slow.remove(client);
        flows.values().forEach(this::holdOrRelease);
    }

    /** The client is gone. */
    void gone(ClientPort client) {
        slow.remove(client);
        for (Flow flow : flows.values()) {
            if (client.equals(flow.client)) {
                flow.client = null;
                feeding.remove(flow.job.id);
            }
        }
    }

    /** To be called after everything that has happened: gives room where there is some, and takes it where there is none. */
    void settle() {
        spill.balance();
        if (spill.isPressed() != pressed) {
            pressed = !pressed;
            if (pressed) {
                flows.values().forEach(this::holdOrRelease);
            } else {
                // After this, what is released must still be handed out.
                loop.execute(() -> flows.values().forEach(this::holdOrRelease));
            }
        }
        if (!told.equals(spill.trouble())) {
            told = spill.trouble();
            feeding.values().forEach(flow -> tell(flow, told.orElse("")));
        }
        if (!feeding.isEmpty()) {
            long window = window(feeding.size());
            feeding.values().forEach(flow -> replenish(flow, window));
        }
    }

    private static void tell(Flow flow, String trouble) {
        if (flow.client != null) {
            flow.client.send(new ToClient.Withheld(flow.job.id, trouble));
        }
    }

    private void holdOrRelease(Flow flow) {
        boolean full = flow.job.spec.live() ? slow.contains(flow.client) : pressed;
        boolean hold = full || (unwritten && flow.job.durable);
        if (hold != flow.held) {
            flow.held = hold;
            if (hold) {
                brake.hold(flow.job.id);
            } else {
                tellDropped(flow);
                brake.release(flow.job.id);
            }
        }
    }

    /** In steps: what clients may send at once must fit the memory, however fast they are and slow the disk is. */
    private void replenish(Flow flow, long window) {
        long room = flow.job.spec.live() ? roomForLive(flow.job, window) : pressed ? 0 : window;
        room = unwritten && flow.job.durable ? 0 : room;
        long due = Math.min(room, window) - flow.credit.unsent();
        if (due >= window / 4 && flow.client != null) {
            flow.credit.grant(due);
            flow.client.send(new ToClient.Credit(flow.job.id, due));
        }
    }

    /** Also when nothing fits any more a live job goes on, little by little: it is what gives room again. */
    private long roomForLive(JobRecord job, long window) {
        long wanted = (long) (job.items.meanCost()
                * ITEMS_PER_SLOT
                * slots.applyAsInt(job.spec.policy().workload()));
        return (pressed ? window / 2 : Math.max(window, wanted)) - job.items.cost();
    }

    private long window(int jobs) {
        return Math.max(SMALLEST_WINDOW, Math.min(LARGEST_WINDOW, budget / (4L * jobs)));
    }

    /** Gives the disk back. */
    void close() {
        spill.close();
    }
}
