package io.sheaf.simulation;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.Encoding;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.worker.execution.Execution;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An executor: runs items one at a time and collects their results, by the rules of the real one. What it does is
 * worked out when somebody could notice, so that a million short items are not a million events.
 */
final class SimulatedExecutor {
    private static final long LONGEST_WAIT = 10 * VirtualTime.MILLI;
    /** When the ticker of a real executor has seen for sure what takes longer than its period. */
    private static final long TICK = 15 * VirtualTime.MILLI;

    private static final long INTERRUPT = 200 * VirtualTime.MICRO;
    private static final int MOST_REPEATS = 30;
    private static final long NEVER = Long.MAX_VALUE;

    final long number;
    private final SimulatedWorker worker;
    private final SimulatedHost host;
    private final VirtualTime time;
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
    private final Set<JobId> opened = new HashSet<>();
    private final List<ToExecutor> whilePaused = new ArrayList<>();
    private @Nullable Current current;
    private @Nullable Results results;
    private boolean ready;
    private @Nullable JobId lastJob;
    private long lastFrom;
    private int repeats;
    private boolean closed;
    private boolean ending;
    private boolean dead;
    private long pausedAt = -1;
    private long plan;

    private static final class Batch {
        final long number;
        final SimulatedJob job;
        final long came;
        final long to;
        long next;

        Batch(long number, SimulatedJob job, long came, Segment items) {
            this.number = number;
            this.job = job;
            this.came = came;
            this.next = items.from();
            this.to = items.to();
        }
    }

    /** The item that runs. */
    private static final class Current {
        final SimulatedJob job;
        final long index;
        final long came;
        final long began;
        long ends;
        boolean interrupted;
        boolean told;

        @Nullable
        SimulatedJob child;

        long waitsSince;
        boolean toldWaiting;
        boolean goesOn;

        Current(Batch batch, long index, long began, long ends) {
            this.job = batch.job;
            this.index = index;
            this.came = batch.came;
            this.began = began;
            this.ends = ends;
        }
    }

    /** Results that were not sent yet. */
    private static final class Results {
        final SimulatedJob job;
        final long from;
        final long since;
        int count;
        long nanos;

        Results(SimulatedJob job, long from, long since) {
            this.job = job;
            this.from = from;
            this.since = since;
        }

        boolean precede(SimulatedJob other, long index) {
            return job == other && index == from + count;
        }
    }

    /** What can be seen of it from outside: an item that has started, and when its batch came. */
    record Started(SimulatedJob job, long index, long came) {}

    /** Whether what it runs has not waited for anything. */
    boolean runsFresh() {
        Current item = current;
        return !dead && item != null && item.child == null;
    }

    SimulatedExecutor(long number, SimulatedWorker worker, SimulatedHost host, VirtualTime time) {
        this.number = number;
        this.worker = worker;
        this.host = host;
        this.time = time;
    }

    void becomeReady() {
        if (!dead && !ready) {
            ready = true;
            say(new FromExecutor.Ready(number));
        }
    }

    /** Whether it shares its process with others. */
    boolean isLane() {
        return host.shared;
    }

    boolean isReady() {
        return ready;
    }

    boolean isDead() {
        return dead;
    }

    /** What it runs now. */
    Optional<Started> running() {
        if (!dead && pausedAt < 0) {
            advance();
        }
        Current item = current;
        return item == null ? Optional.empty() : Optional.of(new Started(item.job, item.index, item.came));
    }

    /** It will hear this; to be handed the same again and again is no progress. */
    void told(ToExecutor message) {
        if (message instanceof ToExecutor.Batch batch) {
            boolean same = batch.job().equals(lastJob) && batch.items().from() == lastFrom;
            lastJob = batch.job();
            lastFrom = batch.items().from();
            repeats = same ? repeats + 1 : 0;
            worker.ledger().require(repeats < MOST_REPEATS, "%s is handed the same again and again: %s", this, batch);
        }
    }

    void hear(ToExecutor message) {
        if (dead) {
            return;
        }
        if (pausedAt >= 0) {
            whilePaused.add(message);
            return;
        }
        advance();
        if (dead) {
            return;
        }
        if (message instanceof ToExecutor.Open open) {
            opened.add(open.job());
        } else if (message instanceof ToExecutor.Batch batch) {
            worker.ledger().require(opened.contains(batch.job()), "%s opens job %s first", this, batch.job());
            if (!closed) {
                waiting.add(new Batch(batch.number(), worker.job(batch.job()), time.now(), batch.items()));
            }
        } else if (message instanceof ToExecutor.TakeBack back) {
            giveBack(batch -> batch.number >= back.number());
            say(new FromExecutor.AllTakenBack(back.number()));
        } else if (message instanceof ToExecutor.Interrupt interrupt) {
            giveBack(batch -> batch.job.id.equals(interrupt.job()));
            interrupt(item -> item.job.id.equals(interrupt.job()));
        } else if (message instanceof ToExecutor.InterruptItem one) {
            interrupt(item -> item.job.id.equals(one.job()) && item.index == one.index());
        } else if (message instanceof ToExecutor.Close close) {
            opened.remove(close.job());
        } else if (message instanceof ToExecutor.End) {
            ending = true;
        }
        advance();
        planNext();
    }

    /** Dies of itself, or by a signal. */
    void die() {
        if (!dead && pausedAt < 0) {
            advance();
        }
        if (!dead) {
            perish();
        }
    }

    private void perish() {
        dead = true;
        host.die();
        Current item = current;
        Optional<Execution.Running> running =
                item == null ? Optional.empty() : Optional.of(new Execution.Running(item.job.id, item.index));
        if (item != null) {
            item.job.diedAt(item.index);
            abandon(item);
        }
        worker.executorDied(this, ready, false, running);
    }

    /** Its process ends as it has said, whatever runs in it. */
    void endAtOnce() {
        if (!dead) {
            dead = true;
            Optional<Execution.Running> running =
                    Optional.ofNullable(current).map(item -> new Execution.Running(item.job.id, item.index));
            worker.executorDied(this, ready, true, running);
        }
    }

    /** Its worker is gone, and so it is, too; nobody is told. */
    void vanish() {
        if (!dead && pausedAt < 0) {
            advance();
        }
        Current item = current;
        if (!dead && item != null) {
            item.job.diedAt(item.index);
            abandon(item);
        }
        dead = true;
    }

    void pause() {
        if (!dead) {
            advance();
            pausedAt = time.now();
        }
    }

    void resume() {
        if (dead || pausedAt < 0) {
            return;
        }
        Current item = current;
        if (item != null && item.ends != NEVER) {
            item.ends += time.now() - pausedAt;
        }
        pausedAt = -1;
        if (item != null && item.goesOn) {
            goOn(item);
        }
        List<ToExecutor> messages = List.copyOf(whilePaused);
        whilePaused.clear();
        messages.forEach(this::hear);
        planNext();
    }

    private void giveBack(Predicate<Batch> which) {
        for (Iterator<Batch> each = waiting.iterator(); each.hasNext(); ) {
            Batch batch = each.next();
            if (which.test(batch)) {
                say(new FromExecutor.TakenBack(batch.number, batch.next));
                each.remove();
            }
        }
    }

    private void interrupt(Predicate<Current> which) {
        Current item = current;
        if (item != null && which.test(item) && !item.job.costs.isStubborn(item.index)) {
            item.interrupted = true;
            item.ends = Math.min(item.ends, time.now() + INTERRUPT);
        }
    }

    /** Works out what has happened up to now. */
    private void advance() {
        long clock = time.now();
        boolean more = true;
        while (more && !dead) {
            Current item = current;
            if (item == null) {
                more = claim(clock);
            } else if (item.ends <= time.now() && nests(item)) {
                nest(item);
                more = false;
            } else if (item.ends <= time.now()) {
                clock = item.ends;
                finish(item);
                more = !dead && claim(clock);
            } else {
                tick(item);
                more = false;
            }
        }
        if (!dead && current == null && ending && ready) {
            dead = true;
            worker.executorDied(this, true, true, Optional.empty());
        }
    }

    private static boolean nests(Current item) {
        return item.job.nest.levels() > 0
                && item.child == null
                && !item.interrupted
                && item.job.succeedsNow(item.index);
    }

    /** The item starts a job and waits for its end. */
    private void nest(Current item) {
        SimulatedJob child = worker.cluster().nest(item.job);
        item.child = child;
        item.waitsSince = time.now();
        item.ends = NEVER;
        child.whenOver(() -> time.after(worker.cluster().conditions.delay(), () -> goOn(item)));
    }

    private void goOn(Current item) {
        item.goesOn = true;
        if (!dead && item == current && item.ends == NEVER && pausedAt < 0) {
            item.ends = time.now();
            if (item.toldWaiting) {
                say(new FromExecutor.GoesOn(item.job.id, item.index));
            }
            advance();
            planNext();
        }
    }

    /** What an item has started does not outlive it. */
    private void abandon(Current item) {
        SimulatedJob child = item.child;
        if (child != null && child.takesWork() && worker.cluster().jobs().contains(child)) {
            worker.cluster().coordinator().cancel(child);
        }
    }

    /** What the ticker says when it looks at what runs. */
    private void tick(Current item) {
        Results collected = results;
        boolean tell = !item.told && time.now() - item.began >= TICK;
        if (collected != null && (tell || time.now() - collected.since >= TICK)) {
            flush();
        }
        if (tell) {
            item.told = true;
            say(new FromExecutor.StillRunning(item.job.id, item.index, time.now() - item.began));
        }
        if (item.told && item.ends == NEVER && !item.toldWaiting && time.now() - item.waitsSince >= TICK) {
            item.toldWaiting = true;
            say(new FromExecutor.Waiting(item.job.id, item.index));
        }
    }

    private boolean claim(long clock) {
        current = null;
        while (!waiting.isEmpty()) {
            Batch batch = waiting.element();
            if (batch.next < batch.to) {
                if (host.prepared.add(batch.job.id) && batch.job.costs.brokenStart()) {
                    flush();
                    giveBack(any -> true);
                    say(new FromExecutor.NotInitialized(batch.job.id, failure("no start")));
                    close("the initializer failed");
                    host.close(this, "the initializer failed");
                    return false;
                }
                long index = batch.next++;
                current = new Current(batch, index, clock, clock + worker.nanos(batch.job, index));
                return true;
            }
            waiting.remove();
        }
        flush();
        return false;
    }

    /** It takes nothing more, and ends. */
    void close(String reason) {
        if (dead || closed) {
            return;
        }
        giveBack(any -> true);
        say(new FromExecutor.Ending(reason));
        closed = true;
        ending = true;
    }

    private void finish(Current item) {
        SimulatedJob job = item.job;
        abandon(item);
        if (item.interrupted && !host.shared && job.costs.leavesTraces(item.index)) {
            flush();
            say(new FromExecutor.Ending("an interrupted task left something behind"));
            perish();
        } else if (job.costs.poison().contains(item.index) && !item.interrupted) {
            perish();
        } else if (item.interrupted || job.failsNow(item.index)) {
            flush();
            if (!item.interrupted) {
                job.threw(item.index);
            }
            say(new FromExecutor.Failed(job.id, item.index, failure(item.interrupted ? "interrupted" : "no"), 1));
            if (!item.interrupted && job.costs.exhaustsMemory(item.index)) {
                giveBack(any -> true);
                close("memory ran out");
                if (host.shared) {
                    current = null;
                    host.endAtOnce();
                }
            }
        } else {
            Results before = results;
            if (before != null && !before.precede(job, item.index)) {
                flush();
            }
            Results into = results == null ? new Results(job, item.index, item.ends) : results;
            results = into;
            into.count++;
            into.nanos += item.ends - item.began;
            if (item.ends - into.since > LONGEST_WAIT) {
                flush();
            }
        }
    }

    private void flush() {
        Results full = results;
        results = null;
        if (full != null) {
            full.job.produced(full.from, full.from + full.count);
            Segment segment = new Segment(full.from, full.count, Encoding.NULL, 0, Bytes.EMPTY, Bytes.EMPTY);
            say(new FromExecutor.Finished(full.job.id, segment, full.nanos));
        }
    }

    private void say(FromExecutor message) {
        worker.executorSaid(this, message);
    }

    private void planNext() {
        long mine = ++plan;
        long next = dead ? NEVER : nextNews();
        if (next != NEVER) {
            time.at(next, () -> {
                if (mine == plan && !dead && pausedAt < 0) {
                    advance();
                    planNext();
                }
            });
        }
    }

    /** When there may be something to say, at the earliest, unless something is heard before. */
    private long nextNews() {
        Current item = current;
        if (item == null) {
            return NEVER;
        }
        long tick = item.told ? NEVER : item.began + TICK;
        if (item.ends == NEVER && !item.toldWaiting) {
            tick = Math.max(item.began, item.waitsSince) + TICK;
        }
        Results open = results;
        if (open == null) {
            return Math.min(tick, afterEnds(item, item.ends));
        }
        tick = Math.min(tick, open.since + TICK);
        return Math.min(tick, open.precede(item.job, item.index) ? afterEnds(item, open.since) : item.ends);
    }

    /** The same, when the item that runs is just ended and its results are kept with others since some time. */
    private long afterEnds(Current item, long since) {
        SimulatedJob job = item.job;
        long end = item.ends;
        if (job.nest.levels() > 0 || item.interrupted || end - since > LONGEST_WAIT || !job.succeedsNow(item.index)) {
            return end;
        }
        long index = item.index;
        for (Batch batch : waiting) {
            for (long next = batch.next; next < batch.to; next++) {
                long began = end;
                long nanos = batch.job == job ? worker.nanos(job, next) : TICK;
                if (nanos >= TICK || next != index + 1) {
                    return began + Math.min(TICK, nanos);
                }
                index = next;
                end += nanos;
                if (end - since > LONGEST_WAIT || !job.succeedsNow(next)) {
                    return end;
                }
            }
        }
        return end;
    }

    static Failure failure(String message) {
        Thrown thrown = new Thrown("java.lang.IllegalStateException", message, List.of(), Optional.empty(), List.of());
        return new Failure.Threw(thrown, Bytes.EMPTY);
    }

    @Override
    public String toString() {
        Current item = current;
        String state = dead ? "dead" : !ready ? "starting" : item == null ? "idle" : item.job.id + ":" + item.index;
        return "executor " + number + " of " + worker.id() + " (" + state + ", " + waiting.size() + " batches)";
    }
}
