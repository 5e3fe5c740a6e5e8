package io.sheaf.client.session;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Preface;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A session over one connection. */
public final class SocketSession implements Session {
    private static final long MOST_BACKLOG = 4 << 20;
    private static final long PATIENCE_SECONDS = 20;

    private final String address;
    private final Connection<ToClient, FromClient> connection;
    private final AtomicLong requests = new AtomicLong();
    private final Map<Long, Pending<?>> pending = new ConcurrentHashMap<>();
    private final Map<JobId, JobListener> listeners = new ConcurrentHashMap<>();
    private final Map<JobId, Allowance> allowances = new ConcurrentHashMap<>();
    private final Map<CodeId, Path> code = new ConcurrentHashMap<>();
    private final CompletableFuture<ToClient.Welcome> welcome = new CompletableFuture<>();
    private final Consumer<ClusterUnreachableException> lost;
    private final Heartbeat heartbeat;
    private volatile int slots;
    private volatile @Nullable ClusterUnreachableException over;

    private SocketSession(String address, Transport transport, Consumer<ClusterUnreachableException> lost) {
        this.address = address;
        this.lost = lost;
        this.connection = new Connection<>(
                "sheaf-session", transport, ClientConversation.TO_CLIENT, ClientConversation.FROM_CLIENT);
        this.heartbeat = new Heartbeat(connection);
    }

    /**
     * Opens a session over a fresh connection.
     *
     * @param address the coordinator's, for error messages
     * @param token the access token, or empty
     * @throws ClusterUnreachableException when no coordinator answers
     * @throws RequestFailedException when it does not let this client in
     */
    public static Session open(String address, Transport transport, String token) {
        return open(address, transport, token, why -> {});
    }

    /**
     * As {@link #open(String, Transport, String)}, over a network that may swallow everything without a word: the
     * connection ends when nothing is heard of the coordinator for 10 s, or for 3 s and another one is at work.
     *
     * @param lost told once that the connection has ended, after all listeners; also when no session came of it
     * @param others asked for that other one, see {@link Heartbeat#start}
     */
    static SocketSession openWatched(
            String address,
            Transport transport,
            String token,
            Consumer<ClusterUnreachableException> lost,
            Supplier<Optional<String>> others) {
        SocketSession session = open(address, transport, token, lost);
        session.heartbeat.start(others);
        return session;
    }

    private static SocketSession open(
            String address, Transport transport, String token, Consumer<ClusterUnreachableException> lost) {
        SocketSession session = new SocketSession(address, transport, lost);
        try {
            Preface.CLIENT.write(transport);
            session.connection.start(session.new Reception());
            session.connection.send(new FromClient.Hello(ClientConversation.VERSION, token));
            session.slots =
                    session.welcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS).slots();
            return session;
        } catch (IOException e) {
            session.close();
            throw new ClusterUnreachableException("No session with " + address + ": " + e.getMessage(), e);
        } catch (TimeoutException e) {
            session.close();
            throw new ClusterUnreachableException(
                    address + " accepted the connection and then did not answer for " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            session.close();
            Thread.currentThread().interrupt();
            throw new ClusterUnreachableException("Interrupted while connecting to " + address, e);
        } catch (ExecutionException e) {
            session.close();
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new ClusterUnreachableException("No session with " + address, e.getCause());
        }
    }

    @Override
    public int slots() {
        return slots;
    }

    @Override
    public <A extends ToClient> CompletableFuture<A> ask(Class<A> answer, LongFunction<FromClient> question) {
        return ask(answer, question, null);
    }

    private <A extends ToClient> CompletableFuture<A> ask(
            Class<A> answer, LongFunction<FromClient> question, @Nullable JobListener listener) {
        long request = requests.incrementAndGet();
        CompletableFuture<A> future = new CompletableFuture<>();
        pending.put(request, new Pending<>(answer, future, listener));
        connection.send(question.apply(request));
        ClusterUnreachableException gone = over;
        if (gone != null && pending.remove(request) != null) {
            future.completeExceptionally(gone);
        }
        return future;
    }

    @Override
    public CompletableFuture<JobHandle> submit(JobSpec job, CodeFiles files, JobListener listener) {
        return submit(job, Headway.NONE, Optional.empty(), files, listener);
    }

    @Override
    public CompletableFuture<JobHandle> submit(String key, JobSpec job, CodeFiles files, JobListener listener) {
        return submit(job, Headway.NONE, Optional.of(key), files, listener);
    }

    /** As {@link #submit(JobSpec, CodeFiles, JobListener)}; what had ended before is neither sent nor run. */
    CompletableFuture<JobHandle> submit(
            JobSpec job, Headway headway, Optional<String> key, CodeFiles files, JobListener listener) {
        code.putAll(files.paths());
        return ask(
                        ToClient.Accepted.class,
                        request -> new FromClient.Submit(request, job, headway, key),
                        job.live() ? listener : null)
                .thenApply(accepted -> new Handle(accepted.job(), accepted.arrived()));
    }

    @Override
    public CompletableFuture<JobHandle> retry(JobId job, boolean onlyFailed, Optional<CodeFiles> files) {
        files.ifPresent(known -> code.putAll(known.paths()));
        return ask(
                        ToClient.Accepted.class,
                        request -> new FromClient.Retry(request, job, onlyFailed, files.map(CodeFiles::bundle)))
                .thenApply(accepted -> new Handle(accepted.job(), accepted.arrived()));
    }

    @Override
    public CompletableFuture<JobStatus> watch(JobId job, JobListener listener) {
        return ask(ToClient.Job.class, request -> new FromClient.Watch(request, job), listener)
                .thenApply(ToClient.Job::job);
    }

    @Override
    public void close() {
        connection.close();
    }

    private final class Handle implements JobHandle {
        private final JobId id;
        /** Items before this one had come before. */
        private final long arrived;

        Handle(JobId id, long arrived) {
            this.id = id;
            this.arrived = arrived;
        }

        @Override
        public JobId id() {
            return id;
        }

        @Override
        public void send(Segment all) throws InterruptedException {
            if (all.to() <= arrived) {
                return;
            }
            Segment items = all.slice(Math.max(arrived, all.from()), all.to());
            Allowance allowance = allowances.get(id);
            // Without one the job has ended, or the connection has.
            if (allowance != null && allowance.take(items.cost())) {
                connection.awaitBacklog(MOST_BACKLOG);
                connection.send(new FromClient.Items(id, items));
            }
        }

        @Override
        public boolean sendAtOnce(Segment items) {
            Allowance allowance = allowances.get(id);
            if (items.from() < arrived
                    || allowance == null
                    || connection.backlog() > 0
                    || !allowance.takeAtOnce(items.cost())) {
                return false;
            }
            connection.send(new FromClient.Items(id, items));
            return true;
        }

        @Override
        public void awaitSent() throws InterruptedException {
            connection.awaitBacklog(0);
        }

        @Override
        public void end(long total) {
            connection.send(new FromClient.ItemsEnded(id, total));
        }

        @Override
        public void cancelItem(long index) {
            connection.send(new FromClient.CancelItem(id, index));
        }

        @Override
        public void tell(long index, Bytes message) {
            connection.send(new FromClient.Tell(id, index, message));
        }

        @Override
        public void cancel() {
            connection.send(new FromClient.Cancel(requests.incrementAndGet(), id));
        }
    }

    private final class Reception implements Connection.Listener<ToClient> {
        @Override
        public void received(ToClient message) {
            if (message instanceof ToClient.Results results) {
                tell(results.job(), listener -> listener.results(results.results()));
            } else if (message instanceof ToClient.Failed failed) {
                tell(failed.job(), listener -> listener.failed(failed.failure()));
            } else if (message instanceof ToClient.Printed printed) {
                tell(printed.job(), listener -> listener.printed(printed.output()));
            } else if (message instanceof ToClient.Said said) {
                tell(said.job(), listener -> listener.said(said.index(), said.message()));
            } else if (message instanceof ToClient.Progress progress) {
                tell(progress.status().id(), listener -> listener.progress(progress.status()));
            } else if (message instanceof ToClient.Ended ended) {
                tell(ended.status().id(), listener -> listener.ended(ended.status()));
                listeners.remove(ended.status().id());
                endAllowance(ended.status().id());
            } else if (message instanceof ToClient.Credit credit) {
                Allowance allowance = allowances.get(credit.job());
                if (allowance != null) {
                    allowance.add(credit.bytes());
                }
            } else if (message instanceof ToClient.Withheld withheld) {
                tell(withheld.job(), listener -> listener.withheld(withheld.message()));
            } else if (message instanceof ToClient.Capacity capacity) {
                slots = capacity.slots();
            } else if (message instanceof ToClient.CodeWanted wanted) {
                upload(wanted.id());
            } else if (message instanceof ToClient.Pong) {
                return; // That something came is all it says.
            } else if (message instanceof ToClient.Welcome greeting) {
                welcome.complete(greeting);
            } else if (message instanceof ToClient.Refused refused) {
                welcome.completeExceptionally(new RequestFailedException(refused.problem(), refused.message()));
            } else {
                answer(message);
            }
        }

        private void answer(ToClient message) {
            if (message instanceof ToClient.RequestFailed failed) {
                Pending<?> asked = pending.remove(failed.request());
                if (asked != null) {
                    asked.future()
                            .completeExceptionally(new RequestFailedException(failed.problem(), failed.message()));
                }
            } else if (message instanceof ToClient.Accepted accepted) {
                allowances.put(accepted.job(), new Allowance(accepted.credit()));
                complete(accepted.request(), message, accepted.job());
            } else if (message instanceof ToClient.Job job) {
                complete(job.request(), message, job.job().id());
            } else {
                complete(Answered.request(message), message, null);
            }
        }

        /** The listener is entered in the reading thread, so that nothing about the job is read before. */
        private void complete(long request, ToClient message, @Nullable JobId job) {
            Pending<?> asked = pending.remove(request);
            if (asked != null) {
                if (asked.listener() != null && job != null) {
                    listeners.put(job, asked.listener());
                }
                asked.complete(message);
            }
        }

        @Override
        public void closed(String reason) {
            ClusterUnreachableException gone =
                    new ClusterUnreachableException("The connection to " + address + " ended: " + reason, null);
            over = gone;
            welcome.completeExceptionally(gone);
            failAll(Pending::isAny, gone);
            listeners.keySet().forEach(job -> tell(job, listener -> listener.lost(gone)));
            listeners.clear();
            allowances.keySet().forEach(this::endAllowance);
            heartbeat.stop();
            lost.accept(gone);
        }

        private void endAllowance(JobId job) {
            Allowance allowance = allowances.remove(job);
            if (allowance != null) {
                allowance.end();
            }
        }

        private void tell(JobId job, Consumer<JobListener> what) {
            JobListener listener = listeners.get(job);
            if (listener == null) {
                return;
            }
            try {
                what.accept(listener);
            } catch (RuntimeException | Error e) {
                // The other jobs of this session must not suffer for it, and nobody up the stack could know of it.
                Thread thread = Thread.currentThread();
                thread.getThreadGroup().uncaughtException(thread, e);
            }
        }
    }

    /** In a thread of its own, since it waits for the connection. */
    private void upload(CodeId id) {
        Path file = code.get(id);
        Thread thread = new Thread(() -> send(id, file), "sheaf-upload");
        thread.setDaemon(true);
        thread.start();
    }

    private void send(CodeId id, @Nullable Path file) {
        if (file == null) {
            connection.close();
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            long offset = 0;
            byte[] part = in.readNBytes(ClientConversation.CODE_PART);
            boolean last = false;
            while (!last) {
                byte[] next = in.readNBytes(ClientConversation.CODE_PART);
                last = next.length == 0;
                connection.awaitBacklog(MOST_BACKLOG);
                connection.send(new FromClient.CodePart(id, offset, last, Bytes.wrap(part)));
                offset += part.length;
                part = next;
            }
        } catch (IOException e) {
            String why = "Cannot read " + file + " (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                    + "), which the job needs; build it again, then submit again";
            failAll(Pending::isSubmission, new RequestFailedException(Problem.REJECTED, why));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void failAll(Predicate<Pending<?>> which, RuntimeException why) {
        pending.forEach((request, asked) -> {
            if (which.test(asked) && pending.remove(request, asked)) {
                asked.future().completeExceptionally(why);
            }
        });
    }
}
