package io.sheaf.worker.process;

import io.sheaf.protocol.wire.SocketDirectory;
import io.sheaf.worker.executor.Ticker;
import io.sheaf.worker.executor.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs operating system commands for a worker. Their processes end with it, in whatever way it ends, but for those that
 * have left their process group. What they write is in files of {@code $TMPDIR}, or {@code /tmp}, until it is told.
 */
final class CommandProcesses implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CommandProcesses.class);
    private static final long FOLLOW_MILLIS = 200;
    private static final long GRACE_MILLIS = 3000;

    private final Shared shared;
    private final AtomicLong lanes = new AtomicLong();
    private final Map<CommandLane, Watch> running = new ConcurrentHashMap<>();
    private final ScheduledExecutorService answers = thread("command-answers");
    private final ScheduledExecutorService signals = thread("command-signals");
    private final ScheduledExecutorService output = thread("command-output");
    private @Nullable Ticker ticker;

    CommandProcesses(ExecutorProcesses.Host host) {
        this.shared = new Shared(host);
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Another executor, of one lane. */
    ExecutorPort join(ExecutorEvents events) {
        CommandLane lane = new CommandLane(shared, events);
        begin();
        running.put(lane, lane.watch());
        Thread thread = new Thread(
                () -> {
                    try {
                        lane.run();
                    } finally {
                        running.remove(lane);
                    }
                },
                "commands-" + lanes.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
        shared.answer(lane::ready);
        return lane;
    }

    private synchronized void begin() {
        if (ticker == null) {
            ticker = new Ticker(running.values(), () -> log.error("Nobody looks after commands that run for long"));
            var unused = output.scheduleWithFixedDelay(
                    () -> running.keySet().forEach(CommandProcesses::follow),
                    FOLLOW_MILLIS,
                    FOLLOW_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** An executor keeps to itself what its tasks throw. */
    private static Runnable logged(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                log.error("A command cannot be stopped", e);
                throw e;
            }
        };
    }

    private static void follow(CommandLane lane) {
        try {
            lane.follow();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            log.debug("What a command writes cannot be read; looked at again soon", e);
        }
    }

    private synchronized void wake() {
        if (ticker != null) {
            ticker.wake();
        }
    }

    /** Ends all commands. */
    @Override
    public void close() {
        shared.close();
        answers.shutdownNow();
        signals.shutdownNow();
        output.shutdownNow();
    }

    private final class Shared implements CommandLane.Surroundings, AutoCloseable {
        private final ExecutorProcesses.Host host;
        private final CommandEnding ending;
        private final AtomicLong shells = new AtomicLong();
        private final Set<CommandShell> open = ConcurrentHashMap.newKeySet();
        private @Nullable Path files;
        private @Nullable CommandGuard guard;
        private volatile boolean over;

        Shared(ExecutorProcesses.Host host) {
            this.host = host;
            this.ending = new CommandEnding(host.worker());
        }

        @Override
        public ExecutorProcesses.Host host() {
            return host;
        }

        @Override
        public void answer(Runnable task) {
            if (!over) {
                answers.execute(task);
            }
        }

        @Override
        public void atOnce(Runnable task) {
            if (!over) {
                signals.execute(logged(task));
            }
        }

        @Override
        public void afterGrace(Runnable task) {
            if (!over) {
                var unused = output.schedule(logged(task), GRACE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void wake() {
            CommandProcesses.this.wake();
        }

        @Override
        public boolean isOver() {
            return over;
        }

        @Override
        public CommandEnding ending() {
            return ending;
        }

        @Override
        public CommandShell start(Map<String, String> environment, Path directory) throws IOException {
            CommandGuard guarding = guard();
            Path own = place().resolve("s" + shells.incrementAndGet());
            CommandShell shell = CommandShell.start(own, environment, directory);
            open.add(shell);
            guarding.begins(shell.pid());
            return shell;
        }

        private synchronized CommandGuard guard() throws IOException {
            if (over) {
                throw new IOException("the worker ends");
            }
            CommandGuard now = guard;
            if (now == null || !now.isAlive()) {
                now = new CommandGuard(place());
                for (CommandShell shell : open) {
                    now.begins(shell.pid());
                }
                guard = now;
            }
            return now;
        }

        private synchronized Path place() throws IOException {
            Path now = files;
            if (now == null) {
                String temporary = System.getenv("TMPDIR");
                Path base = Path.of(temporary == null || temporary.isEmpty() ? "/tmp" : temporary);
                now = Files.createTempDirectory(
                        base,
                        "sheaf-commands-",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                files = now;
            }
            return now;
        }

        @Override
        public void end(CommandShell shell) {
            shell.close();
            open.remove(shell);
            SocketDirectory.delete(shell.files());
            synchronized (this) {
                if (guard != null) {
                    guard.ends(shell.pid());
                }
            }
        }

        @Override
        public void close() {
            CommandGuard last;
            synchronized (this) {
                over = true;
                last = guard;
            }
            if (last != null) {
                last.close();
            }
            open.forEach(CommandShell::awaitEnd);
        }
    }
}
