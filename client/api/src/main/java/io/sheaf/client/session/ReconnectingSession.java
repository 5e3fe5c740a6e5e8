package io.sheaf.client.session;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A session that makes its connection again when that is lost, in mid-job too: what a live job has no result for is
 * submitted again, as a new job with a number of its own whose items keep theirs, and its listener is told each item's end
 * once. Items whose
 * results were on their way when the connection was lost are run again. Memory holds the items that were sent and have no
 * result, which the coordinator's credit bounds.
 *
 * <p>After a limit that the user sets, {@link Reconnection}, or when the coordinator refuses this client, all that waits
 * fails with {@link ClusterUnreachableException}; what is asked later starts over. Questions that only read are asked
 * again; others that were under way fail, since nobody knows whether they were heard. Who follows a job goes on to do so,
 * for as long as the coordinator knows it.
 */
public final class ReconnectingSession implements Session {
    /** A connection that lasted for so long was a success; else the attempts before it count on. */
    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String address;
    private final Reconnection reconnection;
    private final Opening opening;
    private final Redial redial;
    private final Set<Kept> jobs = new LinkedHashSet<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Kept.Owner owner = new Kept.Owner() {
        @Override
        public void over(Kept job) {
            forget(job);
        }

        @Override
        public void stranded() {
            reconnectIfWanted();
        }
    };
    private @Nullable Line current;
    private @Nullable Thread reconnecting;
    private long lines;
    private int slots;
    private long connectedAt;
    private boolean closed;

    /** Makes connections. */
    interface Opening {
        /**
         * A new one; blocks for as long as that takes.
         *
         * @param lost to be told once when it has ended, after all its listeners, even if no session came of it
         * @throws ClusterUnreachableException when no coordinator answers
         * @throws RequestFailedException when it does not let this client in
         */
        SocketSession open(Consumer<ClusterUnreachableException> lost);
    }

    /** One connection; they are numbered from 1. */
    private static final class Line {
        final long number;
        volatile @Nullable SocketSession session;
        volatile @Nullable ClusterUnreachableException over;

        Line(long number) {
            this.number = number;
        }
    }

    /** Something to be done over the next connection, or given up. */
    private record Waiting(BiConsumer<Line, SocketSession> go, Consumer<ClusterUnreachableException> giveUp) {}

    private ReconnectingSession(String address, Reconnection reconnection, Opening opening) {
        this.address = address;
        this.reconnection = reconnection;
        this.opening = opening;
        this.redial = new Redial(address, reconnection);
    }

    /**
     * Makes the first connection.
     *
     * @throws ClusterUnreachableException when no coordinator answers; the first connection is not tried again
     * @throws RequestFailedException when it does not let this client in
     */
    static Session open(String address, Reconnection reconnection, Opening opening) {
        if (reconnection.isOff()) {
            return opening.open(why -> {});
        }
        ReconnectingSession session = new ReconnectingSession(address, reconnection, opening);
        Line line = session.newLine();
        line.session = opening.open(why -> session.lost(line, why));
        if (!session.adopt(line)) {
            throw session.redial.lost();
        }
        return session;
    }

    private synchronized Line newLine() {
        return new Line(++lines);
    }

    /** Returns false when it has ended already. */
    private synchronized boolean adopt(Line line) {
        Session session = line.session;
        ClusterUnreachableException over = line.over;
        if (over != null || session == null || closed) {
            if (over != null) {
                redial.lost(over);
            }
            return false;
        }
        current = line;
        slots = session.slots();
        connectedAt = System.nanoTime();
        return true;
    }

    private void lost(Line line, ClusterUnreachableException why) {
        List<Kept> affected;
        synchronized (this) {
            line.over = why;
            if (current != line) {
                return;
            }
            Session session = line.session;
            slots = session == null ? slots : session.slots();
            current = null;
            redial.lost(why);
            if (System.nanoTime() - connectedAt > STABLE_NANOS) {
                redial.startOver();
            }
            affected = List.copyOf(jobs);
        }
        if (isClosed()) {
            failAll(why);
            return;
        }
        String message = "the connection to " + address + " was lost (" + why.getMessage() + "); trying again for "
                + reconnection.text();
        affected.forEach(job -> job.disconnected(line.number, why, message));
        reconnectIfWanted();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void forget(Kept job) {
        jobs.remove(job);
    }

    private synchronized void reconnectIfWanted() {
        boolean wanted = !jobs.isEmpty() || !waiting.isEmpty();
        if (wanted && current == null && reconnecting == null && !closed) {
            reconnecting = Aside.run("sheaf-reconnect", this::reconnect);
        }
    }

    private void reconnect() {
        try {
            while (!isDone()) {
                Line line = connect();
                resume(line);
            }
        } catch (ClusterUnreachableException e) {
            synchronized (this) {
                reconnecting = null;
            }
            redial.startOver();
            failAll(e);
        } catch (InterruptedException e) {
            // This session was closed, which is the only one that interrupts.
            failAll(new ClusterUnreachableException("The session with " + address + " was closed", null));
        }
    }

    private synchronized boolean isDone() {
        boolean done = current != null || (jobs.isEmpty() && waiting.isEmpty());
        if (done) {
            reconnecting = null;
        }
        return done;
    }

    private void resume(Line line) {
        SocketSession session = line.session;
        if (session == null) {
            return;
        }
        List<Kept> resumed;
        List<Waiting> served;
        synchronized (this) {
            resumed = List.copyOf(jobs);
            served = List.copyOf(waiting);
            waiting.clear();
        }
        resumed.forEach(job -> job.begin(line.number, session));
        served.forEach(one -> one.go.accept(line, session));
    }

    /**
     * Tries until there is a connection.
     *
     * @throws ClusterUnreachableException when the time is up, or the coordinator refuses this client
     */
    private Line connect() throws InterruptedException {
        while (true) {
            Line line = newLine();
            Optional<SocketSession> session = redial.attempt(() -> opening.open(why -> lost(line, why)));
            if (session.isPresent()) {
                line.session = session.get();
                if (adopt(line)) {
                    return line;
                }
                session.get().close();
            }
        }
    }

    private void failAll(ClusterUnreachableException why) {
        List<Kept> failing;
        List<Waiting> givenUp;
        synchronized (this) {
            failing = List.copyOf(jobs);
            givenUp = List.copyOf(waiting);
            waiting.clear();
        }
        failing.forEach(job -> job.fail(why));
        givenUp.forEach(one -> one.giveUp.accept(why));
    }

    @Override
    public synchronized int slots() {
        Line line = current;
        Session session = line == null ? null : line.session;
        return session == null ? slots : session.slots();
    }

    @Override
    public <A extends ToClient> CompletableFuture<A> ask(Class<A> answer, LongFunction<FromClient> question) {
        CompletableFuture<A> result = new CompletableFuture<>();
        ask(answer, question, result, null);
        return result;
    }

    private <A extends ToClient> void ask(
            Class<A> answer, LongFunction<FromClient> question, CompletableFuture<A> result, @Nullable Line failed) {
        AtomicReference<FromClient> asked = new AtomicReference<>();
        over(
                failed,
                (line, session) -> {
                    var unused = session.ask(answer, number -> remember(asked, question.apply(number)))
                            .whenComplete((value, why) -> {
                                if (why == null) {
                                    result.complete(value);
                                } else if (RequestFailedException.unwrap(why) instanceof ClusterUnreachableException
                                        && onlyReads(asked.get())) {
                                    ask(answer, question, result, line);
                                } else {
                                    result.completeExceptionally(RequestFailedException.unwrap(why));
                                }
                            });
                },
                result::completeExceptionally);
    }

    private static FromClient remember(AtomicReference<FromClient> asked, FromClient question) {
        asked.set(question);
        return question;
    }

    private static boolean onlyReads(@Nullable FromClient question) {
        return !(question instanceof FromClient.Cancel
                || question instanceof FromClient.Submit
                || question instanceof FromClient.Forget
                || question instanceof FromClient.Drain);
    }

    /**
     * Does something over the connection, or over the next one.
     *
     * @param failed a connection that it was tried over; not over that one again
     */
    private void over(
            @Nullable Line failed, BiConsumer<Line, SocketSession> go, Consumer<ClusterUnreachableException> giveUp) {
        Line line;
        ClusterUnreachableException end = null;
        synchronized (this) {
            line = current == failed ? null : current;
            if (closed) {
                end = new ClusterUnreachableException("The session with " + address + " was closed", null);
            } else if (line == null) {
                waiting.add(new Waiting(go, giveUp));
            }
        }
        SocketSession session = line == null ? null : line.session;
        if (end != null) {
            giveUp.accept(end);
        } else if (line != null && session != null) {
            go.accept(line, session);
        } else {
            reconnectIfWanted();
        }
    }

    @Override
    public CompletableFuture<JobHandle> submit(String key, JobSpec job, CodeFiles code, JobListener listener) {
        if (!job.live()) {
            return begin(session -> session.submit(key, job, code, listener), true);
        }
        KeptJob kept = new KeptJob(job, code, listener, owner);
        keep(kept);
        return kept.accepted();
    }

    @Override
    public CompletableFuture<JobStatus> watch(JobId job, JobListener listener) {
        KeptWatch kept = new KeptWatch(job, listener, owner);
        keep(kept);
        return kept.begun();
    }

    private void keep(Kept kept) {
        synchronized (this) {
            jobs.add(kept);
        }
        over(null, (line, session) -> kept.begin(line.number, session), kept::fail);
    }

    @Override
    public CompletableFuture<JobHandle> retry(JobId job, boolean onlyFailed, Optional<CodeFiles> code) {
        return begin(session -> session.retry(job, onlyFailed, code), false);
    }

    /** @param again whether it is said once more when nobody knows whether it was heard, until it is answered */
    private CompletableFuture<JobHandle> begin(Function<Session, CompletableFuture<JobHandle>> action, boolean again) {
        CompletableFuture<JobHandle> result = new CompletableFuture<>();
        attempt(action, result, null, again);
        return result;
    }

    private void attempt(
            Function<Session, CompletableFuture<JobHandle>> action,
            CompletableFuture<JobHandle> result,
            @Nullable Line failed,
            boolean again) {
        over(
                failed,
                (line, session) -> {
                    var unused = action.apply(session).whenComplete((handle, why) -> {
                        if (why == null) {
                            result.complete(handle);
                        } else if (again && RequestFailedException.unwrap(why) instanceof ClusterUnreachableException) {
                            attempt(action, result, line, true);
                        } else {
                            result.completeExceptionally(RequestFailedException.unwrap(why));
                        }
                    });
                },
                result::completeExceptionally);
    }

    /** Ends the session at once, also while its connection is being made again. */
    @Override
    public void close() {
        Line line;
        Thread thread;
        synchronized (this) {
            closed = true;
            line = current;
            thread = reconnecting;
        }
        if (thread != null) {
            thread.interrupt();
        }
        Session session = line == null ? null : line.session;
        if (session != null) {
            session.close();
        } else if (thread == null) {
            failAll(new ClusterUnreachableException("The session with " + address + " was closed", null));
        }
    }
}
