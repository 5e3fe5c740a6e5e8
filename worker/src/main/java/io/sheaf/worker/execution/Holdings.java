package io.sheaf.worker.execution;

import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a worker has: its jobs, its executors, and the commands that are not yet carried out. */
final class Holdings {
    final WorkerId self;
    final Map<JobId, LocalJob> jobs = new LinkedHashMap<>();
    final Map<Long, Slot> slots = new LinkedHashMap<>();
    final Bundles bundles = new Bundles();
    boolean leaving;
    /** What time it is, as far as it was said. */
    long now;

    private final Map<Section, Map<Long, Slot>> sections = new EnumMap<>(Section.class);
    private final List<Command> commands = new ArrayList<>();
    private long executors;

    Holdings(WorkerId self) {
        this.self = self;
        for (Section section : Section.values()) {
            sections.put(section, new LinkedHashMap<>());
        }
    }

    long nextExecutor() {
        return ++executors;
    }

    /** The executors in that part of the worker. */
    Collection<Slot> slots(Section section) {
        return slotsOf(section).values();
    }

    private Map<Long, Slot> slotsOf(Section section) {
        return Objects.requireNonNull(sections.get(section));
    }

    void add(Slot slot) {
        slots.put(slot.executor, slot);
        slotsOf(slot.section).put(slot.executor, slot);
        slot.host.entered();
    }

    @Nullable
    Slot remove(long executor) {
        Slot slot = slots.remove(executor);
        if (slot != null) {
            slotsOf(slot.section).remove(executor);
        }
        return slot;
    }

    /** The executors that share its process, with itself. */
    List<Slot> sharing(Slot slot) {
        return slot.section != Section.IO
                ? List.of(slot)
                : slots(Section.IO).stream()
                        .filter(other -> other.host == slot.host)
                        .toList();
    }

    void command(Command command) {
        commands.add(command);
    }

    void report(FromWorker message) {
        commands.add(new Command.Report(message));
    }

    void tell(Slot slot, ToExecutor message) {
        commands.add(new Command.Tell(slot.executor, message));
    }

    /** Asks for what has not started of that batch and those behind it. */
    void takeBack(Slot slot, Batch from) {
        slot.takeBacks++;
        tell(slot, new ToExecutor.TakeBack(from.number));
    }

    /** The items do not run here. */
    void giveUp(Piece piece) {
        if (piece.count() > 0) {
            report(new FromWorker.Returned(piece.job(), piece.lease(), piece.from(), piece.to()));
        }
    }

    /** The items wait again, or are given up when nothing is to start here. */
    void putBack(Piece piece) {
        LocalJob job = jobs.get(piece.job());
        if (job == null) {
            return;
        }
        if (leaving) {
            giveUp(piece);
        } else {
            job.putBack(piece);
        }
    }

    /** Whether an executor of that bundle can be given work. */
    boolean isServed(CodeId bundle) {
        return slots.values().stream().anyMatch(slot -> slot.bundleId.equals(bundle) && slot.serves());
    }

    List<Command> takeCommands() {
        List<Command> taken = List.copyOf(commands);
        commands.clear();
        return taken;
    }
}
