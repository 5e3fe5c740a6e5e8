package io.sheaf.coordinator.dispatch;

import io.sheaf.Workload;
import io.sheaf.coordinator.journal.Entry;
import io.sheaf.coordinator.journal.Journal;
import io.sheaf.coordinator.journal.JournalException;
import io.sheaf.coordinator.scheduling.Reaction;
import io.sheaf.coordinator.scheduling.TaskScheduler;
import io.sheaf.coordinator.spill.Memory;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.loop.EventLoop;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The acting part of the coordinator: one thread at a time takes what has happened from a queue, tells the scheduler, and
 * carries out what follows. What queued up meanwhile is taken together, so that it costs one decision.
 */
public final class Coordinator implements WorkerEvents, ClientEvents, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Coordinator.class);
    private static final long NEWS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final TaskScheduler scheduler;
    private final long epoch;
    private final Fleet fleet = new Fleet();
    private final Map<WorkerPort, Long> heard = new LinkedHashMap<>();
    private final Retreat retreat = new Retreat((worker, job) -> send(worker, new ToWorker.Recall(job)));
    private final JobBook book;
    private final Requests requests;
    private final Aftermath aftermath;
    private final CodeSupply code;
    private final Set<ClientPort> clients = new LinkedHashSet<>();
    private final EventLoop inbox = new EventLoop("coordinator", new Decisions());
    /** Whoever brings something would have to wait for what is written down. */
    private final boolean writesDown;

    private final Clock clock;
    private final Runnable onFatal;
    private int toldSlots;
    private long nextNews = System.nanoTime();
    private final Upkeep upkeep;
    private volatile boolean closed;

    /**
     * A coordinator at work from now on, with all that was written down in earlier lives.
     *
     * @param about what to say of itself
     * @param memory what it may keep in memory; the directory is closed with this
     * @param keeping what of jobs is kept; its journal is closed with this
     * @param onFatal called when it cannot go on; the process should end
     */
    public Coordinator(
            CoordinatorInfo about, CodeSupply code, Memory memory, Keeping keeping, Clock clock, Runnable onFatal) {
        this.writesDown = keeping.journal().isPresent();
        this.onFatal = onFatal;
        this.code = code;
        this.clock = clock;
        this.epoch = keeping.journal().map(Journal::epoch).orElse(about.startedAt());
        this.scheduler = new TaskScheduler(epoch);
        this.book = new JobBook(
                scheduler,
                clock,
                new BackPressure(
                        memory, brake(), workload -> scheduler.overview().slots(workload), inbox::add),
                inbox::add,
                keeping);
        this.requests = new Requests(about, scheduler, fleet, book, this::tell);
        this.aftermath = new Aftermath(book::keep, this::perform, command -> book.isDurable(command.job()));
        new Recovery(scheduler, book, this::settleSpill).run(code);
        this.upkeep = new Upkeep(book, code, clock, System.nanoTime());
        inbox.begin();
    }

    /** While this is being made nobody else has anything in the queue. */
    private void settleSpill() {
        book.pressure.settle();
        inbox.take().forEach(Runnable::run);
    }

    private boolean brought(long items, Runnable task) {
        return writesDown ? inbox.add(task) : inbox.bring(task, items);
    }

    @Override
    public void registered(WorkerPort port, FromWorker.Register who) {
        inbox.add(() -> {
            heard.merge(port, 1L, Long::sum);
            register(port, who);
        });
    }

    @Override
    public void received(WorkerPort port, FromWorker message) {
        brought(message instanceof FromWorker.Completed done ? done.results().count() : 0, () -> {
            heard.merge(port, 1L, Long::sum);
            Fleet.Member member = fleet.at(port);
            if (member != null) {
                receive(member, message);
            }
        });
    }

    @Override
    public void lost(WorkerPort port, DeathReport how) {
        inbox.add(() -> fleet.remove(port).ifPresent(gone -> {
            if (scheduler.overview().isLeaving(gone.info().id())) {
                log.info("Worker {} has left", gone.info().id());
            } else {
                log.info("{}", how.headline());
            }
            scheduler.lost(gone.info().id(), how);
            book.chronicle.note(new Entry.WorkerGone(gone.info().id()));
        }));
    }

    @Override
    public Optional<JobId> jobOf(String token) {
        return book.tasks.jobOf(token);
    }

    @Override
    public void opened(ClientPort port, Optional<JobId> within) {
        inbox.add(() -> {
            if (within.isPresent() && !book.tasks.enter(port, within.get())) {
                port.close();
                return;
            }
            clients.add(port);
            port.send(new ToClient.Welcome(
                    requests.about().version(), scheduler.overview().slots(Workload.CPU)));
        });
    }

    @Override
    public void received(ClientPort port, FromClient message) {
        long items =
                message instanceof FromClient.Items further ? further.items().count() : 0;
        if (!brought(items, () -> answer(port, message))) {
            refuse(port, message);
        }
    }

    @Override
    public void closed(ClientPort port) {
        inbox.add(() -> {
            clients.remove(port);
            book.clientGone(port);
        });
    }

    @Override
    public void slow(ClientPort port) {
        inbox.add(() -> book.pressure.slow(port));
    }

    @Override
    public void caughtUp(ClientPort port) {
        inbox.add(() -> book.pressure.caughtUp(port));
    }

    /** Decides no more; what is under way is left as it is, and who still asks is told that this is over. */
    @Override
    public void close() {
        inbox.add(() -> closed = true);
        inbox.awaitEnd(5);
    }

    private void answer(ClientPort client, FromClient message) {
        if (closed) {
            refuse(client, message);
        } else if (clients.contains(client)) {
            requests.answer(client, message);
        }
    }

    private static void refuse(ClientPort client, FromClient message) {
        Requests.refusal(message).ifPresent(client::send);
    }

    private final class Decisions implements EventLoop.Decider {
        @Override
        public void run(List<Runnable> queued, long now) {
            if (closed) {
                // It has ended; those who did not know are told.
                queued.forEach(Runnable::run);
                return;
            }
            try {
                step(queued, now);
            } catch (JournalException e) {
                log.error("The coordinator cannot go on: {}", e.getMessage(), e);
                fail();
            } catch (RuntimeException | Error e) {
                log.error("The coordinator cannot go on", e);
                fail();
            }
            if (closed) {
                book.pressure.close();
                book.chronicle.close();
            }
        }

        private void fail() {
            closed = true;
            onFatal.run();
        }

        @Override
        public long nextDeadline() {
            long next = nextDecision();
            return book.hasNews() && nextNews - next < 0 ? nextNews : next;
        }

        @Override
        public boolean isOver() {
            return closed;
        }
    }

    private void step(List<Runnable> queued, long now) {
        if (!queued.isEmpty() || nextDecision() - now <= 0) {
            scheduler.timePassed(now);
            queued.forEach(Runnable::run);
            upkeep.run(now);
            conclude(scheduler.place(), now);
        }
        if (nextNews - now <= 0 && book.hasNews()) {
            nextNews = now + NEWS_NANOS;
            book.tellNews();
        }
    }

    /** First all is written down, then it is acted upon, and then those are answered who asked. */
    private void conclude(Reaction reaction, long now) {
        List<News> news = book.describe(reaction.facts());
        boolean written = book.chronicle.write(now);
        aftermath.follow(new Aftermath.Step(requests.promises(), news, reaction.commands()), written);
        heard.forEach(WorkerPort::taken);
        heard.clear();
        book.pressure.unwritten(!written);
        requests.conclude();
        book.pressure.settle();
        tellCapacity();
    }

    private long nextDecision() {
        long next = upkeep.nextDeadline();
        for (OptionalLong other : List.of(scheduler.nextDeadline(), book.chronicle.nextTry())) {
            if (other.isPresent() && other.getAsLong() - next < 0) {
                next = other.getAsLong();
            }
        }
        return next;
    }

    private void register(WorkerPort port, FromWorker.Register who) {
        Optional<Fleet.Member> earlier = fleet.enter(who, port, clock.millis());
        // It may say twice over one link that it is here, when it lost another right before.
        earlier.filter(old -> old.port() != port).ifPresent(old -> old.port().close());
        Set<LeaseId> keep = scheduler.joined(who.info(), who.held());
        log.info(
                "Worker {} with {} slots and {} for what waits has come from {} (process {})",
                who.info().id(),
                who.info().slots(),
                who.info().ioSlots(),
                who.info().host(),
                who.info().pid());
        book.chronicle.note(new Entry.WorkerCame(who.info().id()));
        port.send(new ToWorker.Registered(epoch, List.copyOf(keep)));
    }

    private void receive(Fleet.Member member, FromWorker message) {
        WorkerId worker = member.info().id();
        if (message instanceof FromWorker.Completed done) {
            Range items = new Range(done.results().from(), done.results().to());
            book.reported(done.job(), done.results());
            scheduler.weighed(done.job(), items.count(), done.results().size());
            scheduler.completed(worker, done.job(), done.lease(), items, done.nanos());
        } else if (message instanceof FromWorker.Failed failed) {
            scheduler.failed(worker, failed.job(), failed.lease(), failed.failure());
        } else if (message instanceof FromWorker.Printed printed) {
            book.printed(printed.job(), printed.output());
        } else if (message instanceof FromWorker.Said said) {
            book.said(new ToClient.Said(said.job(), said.index(), said.message()));
        } else if (message instanceof FromWorker.Returned returned) {
            Range items = new Range(returned.from(), returned.to());
            scheduler.returned(worker, returned.job(), returned.lease(), items);
            retreat.returned(worker, returned.job());
        } else if (message instanceof FromWorker.Died died) {
            log.info(
                    "Job {}, item {}: {}",
                    died.job(),
                    died.index(),
                    died.report().headline());
            scheduler.died(worker, died.job(), died.lease(), died.index(), died.report(), died.nanos());
        } else if (message instanceof FromWorker.CannotRun cannot) {
            scheduler.cannotRun(worker, cannot.job(), cannot.reason());
        } else if (message instanceof FromWorker.Running running) {
            scheduler.runs(worker, running.items());
        } else if (message instanceof FromWorker.Recalled recalled) {
            scheduler.recalled(worker, recalled.job());
            retreat.recalled(worker, recalled.job());
        } else if (message instanceof FromWorker.JobStopped stopped) {
            scheduler.stopped(worker, stopped.job());
        } else if (message instanceof FromWorker.CodeWanted wanted) {
            code.supply(wanted.id(), member.port());
        } else if (message instanceof FromWorker.Leaving) {
            log.info("Worker {} is leaving", worker);
            scheduler.leaving(worker);
        }
    }

    private void perform(Reaction.Command command) {
        if (command instanceof Reaction.Command.Open open) {
            send(open.worker(), book.opening(open.job()));
        } else if (command instanceof Reaction.Command.Grant grant) {
            book.granting(grant).forEach(message -> send(grant.worker(), message));
        } else if (command instanceof Reaction.Command.Recall recall) {
            send(recall.worker(), new ToWorker.Recall(recall.job()));
        } else if (command instanceof Reaction.Command.StopItem stop) {
            send(stop.worker(), new ToWorker.StopItem(stop.job(), stop.lease(), stop.index()));
        } else if (command instanceof Reaction.Command.Stop stop) {
            send(stop.worker(), new ToWorker.StopJob(stop.job()));
        } else if (command instanceof Reaction.Command.Close close) {
            send(close.worker(), new ToWorker.CloseJob(close.job()));
        }
    }

    private void tell(FromClient.Tell message) {
        scheduler
                .overview()
                .holders(message.job(), message.index())
                .forEach(worker -> send(worker, new ToWorker.Tell(message.job(), message.index(), message.message())));
    }

    private void send(WorkerId worker, ToWorker message) {
        Fleet.Member member = fleet.named(worker);
        if (member != null) {
            member.port().send(message);
        }
    }

    private Brake brake() {
        return new Brake() {
            @Override
            public void hold(JobId job) {
                scheduler.hold(job);
                retreat.begin(
                        job,
                        fleet.all().stream().map(member -> member.info().id()).toList());
            }

            @Override
            public void release(JobId job) {
                scheduler.release(job);
                retreat.end(job);
            }
        };
    }

    private void tellCapacity() {
        if (toldSlots != scheduler.overview().slots(Workload.CPU)) {
            toldSlots = scheduler.overview().slots(Workload.CPU);
            clients.forEach(client -> client.send(new ToClient.Capacity(toldSlots)));
        }
    }
}
