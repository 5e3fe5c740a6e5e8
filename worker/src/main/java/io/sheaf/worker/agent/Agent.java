package io.sheaf.worker.agent;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.protocol.loop.EventLoop;
import io.sheaf.worker.code.CodeCache;
import io.sheaf.worker.execution.Command;
import io.sheaf.worker.execution.Execution;
import io.sheaf.worker.process.ExecutorEvents;
import io.sheaf.worker.process.ExecutorPort;
import io.sheaf.worker.process.ExecutorStarter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The acting part of a worker: one thread at a time takes what has happened from a queue, asks {@link Execution} what to do, and
 * does it. It outlives every connection to a coordinator.
 */
public final class Agent implements CoordinatorEvents, CodeCache.Listener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Agent.class);
    private static final long LEAVE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final WorkerInfo self;
    private final Execution execution;
    private final ExecutorStarter starter;
    private final CodeCache code;
    private final ExecutorService codeThread = Executors.newSingleThreadExecutor(task -> daemon(task, "worker-code"));
    private final EventLoop inbox = new EventLoop("agent", new Decisions());
    private final Runnable onFatal;
    private final Roster roster;
    private final Map<CodeId, List<Path>> classPaths = new HashMap<>();
    private final List<FromWorker> unreported = new ArrayList<>();
    private final Outflow outflow =
            new Outflow(Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 8));
    private long unreportedBytes;
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private @Nullable CoordinatorPort port;
    private boolean registered;
    /** What was here when this worker registered last. */
    private List<HeldLease> offered = List.of();

    private boolean leaving;
    private long leaveBy;
    private boolean closed;

    /**
     * An agent at work from now on.
     *
     * @param codeDirectory where fetched code is kept
     * @param trusting see {@link CodeCache}
     * @param onFatal called when the agent cannot go on; the process should end
     */
    public Agent(
            WorkerInfo self,
            Execution execution,
            ExecutorStarter starter,
            Path codeDirectory,
            boolean trusting,
            Runnable onFatal) {
        this.self = self;
        this.execution = execution;
        this.starter = starter;
        this.roster = new Roster(starter);
        this.code = new CodeCache(codeDirectory, trusting, this);
        this.onFatal = onFatal;
        onCodeThread(() -> Rehearsal.run(self.id()));
        inbox.begin();
    }

    @Override
    public void attached(CoordinatorPort coordinator) {
        inbox.add(() -> {
            registered = false;
            // What executors have said becomes reports first: their items are here, too.
            execution.decide(System.nanoTime()).forEach(this::perform);
            port = coordinator;
            unreported.removeIf(message -> !isReport(message));
            offered = new ArrayList<>(execution.held());
            unreported.stream()
                    .flatMap(message -> Agent.ended(message).stream())
                    .filter(held -> execution.knows(held.job()))
                    .forEach(offered::add);
            coordinator.send(new FromWorker.Register(self, offered, System.currentTimeMillis()));
        });
    }

    @Override
    public void detached(List<FromWorker> undelivered) {
        inbox.add(() -> {
            port = null;
            registered = false;
            List<FromWorker> reports =
                    undelivered.stream().filter(Agent::isReport).toList();
            unreported.addAll(0, reports);
            reports.forEach(this::count);
        });
    }

    @Override
    public void onTheWay(long bytes) {
        outflow.onTheWay(bytes);
    }

    @Override
    public void received(ToWorker message) {
        long items = message instanceof ToWorker.Granted lease ? lease.to() - lease.from() : 0;
        inbox.bring(() -> receive(message), items);
    }

    /**
     * Begins a clean leave; completes once nothing runs, or after the 10 s that running items are given, or when this
     * agent ends.
     */
    public CompletableFuture<Void> leave() {
        inbox.add(() -> leave(LEAVE_NANOS));
        return left;
    }

    /** Completes once this has left, whoever asked for it. */
    public CompletableFuture<Void> left() {
        return left;
    }

    private void leave(long patience) {
        leaving = true;
        leaveBy = System.nanoTime() + patience;
        execution.leave();
    }

    /** Kills all executors and ends. */
    @Override
    public void close() {
        inbox.add(() -> closed = true);
        inbox.awaitEnd(5);
        codeThread.shutdownNow();
        starter.close();
    }

    @Override
    public void ready(CodeId bundle, List<Path> files) {
        inbox.add(() -> {
            classPaths.put(bundle, files);
            execution.codeReady(bundle);
        });
    }

    @Override
    public void missing(CodeId bundle, String reason) {
        inbox.add(() -> execution.codeMissing(bundle, reason));
    }

    @Override
    public void wanted(CodeId file) {
        inbox.add(() -> report(new FromWorker.CodeWanted(file)));
    }

    private void registered(Set<LeaseId> keep) {
        registered = true;
        if (leaving) {
            report(new FromWorker.Leaving());
        }
        Set<JobId> kept = offered.stream()
                .filter(held -> keep.contains(held.id()))
                .map(HeldLease::job)
                .collect(Collectors.toSet());
        execution.keep(keep, kept);
        // Under another coordinator the same number is another job.
        unreported.removeIf(said -> said instanceof FromWorker.CannotRun cannot && !kept.contains(cannot.job()));
        List<FromWorker> reports = List.copyOf(unreported);
        unreported.clear();
        unreportedBytes = 0;
        outflow.unreported(0);
        reports.forEach(this::report);
        onCodeThread(code::askAgain);
        log.info("Registered with the coordinator as {}", self.id());
    }

    private void receive(ToWorker message) {
        if (message instanceof ToWorker.Registered answer) {
            registered(new HashSet<>(answer.keep()));
        } else if (message instanceof ToWorker.JobOpened job) {
            execution.opened(job);
        } else if (message instanceof ToWorker.Granted lease) {
            execution.granted(lease);
        } else if (message instanceof ToWorker.CodePart part) {
            onCodeThread(() -> code.arrived(part.id(), part.data(), part.last()));
        } else if (message instanceof ToWorker.Recall recall) {
            execution.recall(recall.job());
        } else if (message instanceof ToWorker.StopItem stop) {
            execution.stopItem(stop.job(), stop.lease(), stop.index());
        } else if (message instanceof ToWorker.Tell tell) {
            execution.tell(tell);
        } else if (message instanceof ToWorker.StopJob stop) {
            execution.stop(stop.job());
        } else if (message instanceof ToWorker.CloseJob close) {
            execution.close(close.job());
        } else if (message instanceof ToWorker.Leave && !leaving) {
            log.info("Asked to leave once what runs has ended");
            leave(Long.MAX_VALUE / 2);
        }
    }

    private final class Decisions implements EventLoop.Decider {
        @Override
        public void run(List<Runnable> queued, long now) {
            if (closed) {
                return;
            }
            try {
                queued.forEach(Runnable::run);
                decide(System.nanoTime());
            } catch (RuntimeException | Error e) {
                log.error("The worker cannot go on", e);
                closed = true;
                onFatal.run();
            }
            if (closed) {
                left.complete(null);
            }
        }

        @Override
        public long nextDeadline() {
            long next = execution.nextDeadline().orElse(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
            return leaving && !left.isDone() && leaveBy - next < 0 ? leaveBy : next;
        }

        @Override
        public boolean isOver() {
            return closed;
        }
    }

    private void decide(long now) {
        execution.decide(now).forEach(this::perform);
        if (leaving && (execution.isIdle() || leaveBy - now <= 0)) {
            left.complete(null);
        }
    }

    /** What goes wrong there must not be lost: jobs would wait for their code for ever. */
    private void onCodeThread(Runnable task) {
        codeThread.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                inbox.add(() -> {
                    throw new IllegalStateException("The code cache failed", e);
                });
            }
        });
    }

    private void perform(Command command) {
        if (command instanceof Command.Fetch fetch) {
            onCodeThread(() -> code.require(fetch.bundle()));
        } else if (command instanceof Command.Start start) {
            long number = start.executor();
            List<Path> classPath = classPaths.getOrDefault(start.bundle().id(), List.of());
            roster.start(start, classPath, new Events(number));
        } else if (command instanceof Command.Tell tell) {
            roster.executor(tell.executor()).ifPresent(executor -> executor.send(tell.message()));
        } else if (command instanceof Command.Kill kill) {
            roster.executor(kill.executor()).ifPresent(ExecutorPort::kill);
        } else if (command instanceof Command.Report report) {
            report(report.message());
        }
    }

    private void report(FromWorker message) {
        CoordinatorPort coordinator = port;
        if (coordinator != null && registered) {
            coordinator.send(message);
        } else if (isReport(message) || (coordinator != null && givesUpLeases(message))) {
            unreported.add(message);
            count(message);
        }
    }

    private void count(FromWorker message) {
        if (message instanceof FromWorker.Completed done) {
            unreportedBytes += done.results().cost();
        } else if (message instanceof FromWorker.Printed printed) {
            unreportedBytes += printed.output().text().length();
        }
        outflow.unreported(unreportedBytes);
    }

    /** The items whose end that is. */
    private static Optional<HeldLease> ended(FromWorker message) {
        if (message instanceof FromWorker.Completed done) {
            Segment results = done.results();
            return Optional.of(new HeldLease(done.lease(), done.job(), results.from(), results.to()));
        } else if (message instanceof FromWorker.Failed failed) {
            long index = failed.failure().index();
            return Optional.of(new HeldLease(failed.lease(), failed.job(), index, index + 1));
        } else if (message instanceof FromWorker.Died died) {
            return Optional.of(new HeldLease(died.lease(), died.job(), died.index(), died.index() + 1));
        }
        return Optional.empty();
    }

    /** What a later coordinator wants to know, too; the rest comes up again by itself. */
    private static boolean isReport(FromWorker message) {
        return message instanceof FromWorker.Completed
                || message instanceof FromWorker.Failed
                || message instanceof FromWorker.Died
                || message instanceof FromWorker.Printed
                || message instanceof FromWorker.Said;
    }

    /** What the coordinator must hear that is just being told which leases are here. */
    private static boolean givesUpLeases(FromWorker message) {
        return message instanceof FromWorker.Returned || message instanceof FromWorker.CannotRun;
    }

    private final class Events implements ExecutorEvents {
        private final long number;
        private volatile boolean exited;

        Events(long number) {
            this.number = number;
        }

        @Override
        public void received(ExecutorPort executor, FromExecutor message) {
            try {
                outflow.awaitRoom(() -> exited);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (message instanceof FromExecutor.Ending ending) {
                log.info("An executor ends: {}", ending.reason());
            }
            long items = message instanceof FromExecutor.Finished done
                    ? done.results().count()
                    : 0;
            inbox.bring(() -> execution.heard(number, message, System.nanoTime()), items);
        }

        @Override
        public void exited() {
            exited = true;
            outflow.wake();
        }

        @Override
        public void died(
                ExecutorPort executor,
                boolean wasReady,
                boolean clean,
                Optional<CurrentItem> running,
                DeathReport report) {
            if (!clean) {
                log.warn("{}", report.headline());
            }
            inbox.add(() -> {
                roster.remove(number);
                execution.timePassed(System.nanoTime());
                execution.died(
                        number,
                        wasReady,
                        clean,
                        running.map(item -> new Execution.Running(item.job(), item.index())),
                        report);
            });
        }
    }

    private static Thread daemon(Runnable body, String name) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }
}
