package io.sheaf.worker.process;

import io.sheaf.protocol.ExecutorConversation;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.FromLane;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.ExecutorConversation.ToLane;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.worker.executor.CurrentItemFile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The executors that share a process. One that is told to end leaves its number to a later one, once it has said that it
 * is over; when the last is told so, that ends the process. Safe for use by many threads.
 */
final class Lanes {
    private final Consumer<ToLane> send;
    private final Runnable kill;
    private final ExecutorProcesses.Host host;
    private final TreeMap<Integer, Lane> lanes = new TreeMap<>();
    private @Nullable Death death;

    /** How the process has died, with what it had said of each lane. */
    record Death(boolean wasReady, DeathReport report, Optional<CurrentItemFile.LastWords> words) {
        private Optional<ExecutorEvents.CurrentItem> running(int lane) {
            return words.flatMap(said -> ExecutorEvents.CurrentItem.of(said.lane(lane)));
        }

        private boolean asTold() {
            return words.filter(CurrentItemFile.LastWords::ending).isPresent();
        }
    }

    Lanes(Consumer<ToLane> send, Runnable kill, ExecutorProcesses.Host host) {
        this.send = send;
        this.kill = kill;
        this.host = host;
    }

    ExecutorPort join(ExecutorEvents events) {
        Lane lane;
        Death before;
        synchronized (this) {
            int number = 0;
            while (lanes.containsKey(number)) {
                number++;
            }
            lane = new Lane(number, events);
            before = death;
            if (before == null) {
                lanes.put(number, lane);
                send.accept(new ToLane(number, new ToExecutor.Begin()));
            }
        }
        if (before != null) {
            events.died(lane, before.wasReady, true, Optional.empty(), before.report);
        }
        return lane;
    }

    void received(FromLane said) {
        Lane lane = lane(said.lane());
        if (lane == null) {
            return;
        }
        if (said.message() instanceof FromExecutor.Ending && leaves(lane)) {
            lane.events.died(lane, true, true, Optional.empty(), leaving());
        } else {
            lane.events.received(lane, said.message());
        }
    }

    private DeathReport leaving() {
        return new DeathReport(
                "executor",
                host.worker(),
                host.name(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                "it was needed no more, and left its process to others",
                List.of());
    }

    private synchronized @Nullable Lane lane(int number) {
        return lanes.get(number);
    }

    private synchronized boolean leaves(Lane lane) {
        return lane.toldToEnd && lanes.size() > 1 && lanes.remove(lane.number, lane);
    }

    void exited() {
        all().forEach(lane -> lane.events.exited());
    }

    void died(Death how) {
        List<Lane> dead;
        synchronized (this) {
            death = how;
            dead = all();
            lanes.clear();
        }
        dead.forEach(lane -> lane.events.died(lane, how.wasReady, how.asTold(), how.running(lane.number), how.report));
    }

    private synchronized List<Lane> all() {
        return List.copyOf(lanes.values());
    }

    private synchronized void send(Lane lane, ToExecutor message) {
        if (lanes.get(lane.number) != lane) {
            return;
        }
        boolean ends = message instanceof ToExecutor.End;
        lane.toldToEnd |= ends;
        boolean last = ends && lanes.values().stream().allMatch(other -> other.toldToEnd);
        send.accept(new ToLane(last ? ExecutorConversation.ALL_LANES : lane.number, message));
    }

    private final class Lane implements ExecutorPort {
        private final int number;
        private final ExecutorEvents events;
        private boolean toldToEnd;

        Lane(int number, ExecutorEvents events) {
            this.number = number;
            this.events = events;
        }

        @Override
        public void send(ToExecutor message) {
            Lanes.this.send(this, message);
        }

        @Override
        public void kill() {
            kill.run();
        }
    }
}
