package io.sheaf.client;

import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.wire.Transport;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A coordinator and its workers in one object: it really runs what it is sent, in threads of this JVM, so that functions
 * under test can meet the test at latches.
 */
public final class FakeNode implements Closeable {
    final int slots;
    final String token;
    final AtomicLong jobs = new AtomicLong();
    final Map<CodeId, byte[]> code = new ConcurrentHashMap<>();
    private final ServerSocketChannel server;
    private final List<FakeSession> sessions = new CopyOnWriteArrayList<>();
    private final BlockingQueue<JobSpec> submitted = new LinkedBlockingQueue<>();
    private final BlockingQueue<JobState> endings = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> cancelledItems = new LinkedBlockingQueue<>();
    private final AtomicLong received = new AtomicLong();
    private final CompletableFuture<String> clientGone = new CompletableFuture<>();
    volatile boolean mute;
    volatile boolean wantsCode;
    volatile boolean holdsJobs;
    volatile long credit = Long.MAX_VALUE;
    volatile Optional<JobStatus> followed = Optional.empty();

    private FakeNode(ServerSocketChannel server, int slots, String token) {
        this.server = server;
        this.slots = slots;
        this.token = token;
        Thread accepting = new Thread(this::accept, "fake-node");
        accepting.setDaemon(true);
        accepting.start();
    }

    /** On a free port of the loopback interface, for clients without a token. */
    public static FakeNode withSlots(int slots) throws IOException {
        return listening(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), slots, "");
    }

    /** On an address of the caller's choice. */
    public static FakeNode listening(SocketAddress address, int slots, String token) throws IOException {
        ServerSocketChannel server = address instanceof InetSocketAddress
                ? ServerSocketChannel.open()
                : ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX);
        server.bind(address);
        return new FakeNode(server, slots, token);
    }

    /** Where it listens. */
    public SocketAddress address() throws IOException {
        return server.getLocalAddress();
    }

    /** A client's end of a new connection. */
    public Transport connect() throws IOException {
        return Transport.of(SocketChannel.open(address()));
    }

    /** From now on it takes messages and answers none. */
    public void fallSilent() {
        mute = true;
    }

    /** From now on it lacks all code that a job names. */
    public void wantCode() {
        wantsCode = true;
    }

    /** So many bytes of items may be sent for each job from now on, until the test says more. */
    public void limitCredit(long bytes) {
        credit = bytes;
    }

    /** From now on this is the only job that can be followed; without one none can. */
    public void knows(Optional<JobStatus> job) {
        followed = job;
    }

    /** From now on jobs wait for their answer. */
    public void holdJobs() {
        holdsJobs = true;
    }

    /** Answers those that wait. */
    public void acceptHeldJobs() {
        holdsJobs = false;
        sessions.forEach(FakeSession::acceptComplete);
    }

    /** Ends all jobs that run: without a reason as if somebody had cancelled them, else as jobs that can run nowhere. */
    public void endJobs(String reason) {
        sessions.forEach(session -> session.endJobs(reason));
    }

    /** What was uploaded. */
    public Map<CodeId, byte[]> code() {
        return code;
    }

    /** The next job that was submitted. */
    public JobSpec nextJob() throws InterruptedException {
        return poll(submitted, "No job was submitted");
    }

    /** How the next job ended that did. */
    public JobState nextEnd() throws InterruptedException {
        return poll(endings, "No job has ended");
    }

    /** The next item that was taken back. */
    public long nextCancelledItem() throws InterruptedException {
        return poll(cancelledItems, "No item was cancelled");
    }

    /** Whether a further item was taken back. */
    public boolean hasCancelledItem() {
        return !cancelledItems.isEmpty();
    }

    /** How many jobs were accepted. */
    public long jobCount() {
        return jobs.get();
    }

    /** How many items of all jobs have come. */
    public long itemsReceived() {
        return received.get();
    }

    /** Completes when a client's connection has ended. */
    public CompletableFuture<String> clientGone() {
        return clientGone;
    }

    /** Says something to all clients. */
    public void tellAll(ToClient message) {
        sessions.forEach(session -> session.say(message));
    }

    /** Refuses the requests that wait for an answer, as when a job makes no sense. */
    public void refuseAll(Problem problem, String message) {
        sessions.forEach(session -> session.refusePending(problem, message));
    }

    /** Ends all connections at once. */
    public void breakConnections() {
        sessions.forEach(FakeSession::close);
    }

    void submitted(JobSpec spec) {
        submitted.add(spec);
    }

    void ended(JobState state) {
        endings.add(state);
    }

    void cancelled(long index) {
        cancelledItems.add(index);
    }

    void received(int items) {
        received.addAndGet(items);
    }

    void gone(String reason) {
        clientGone.complete(reason);
    }

    @Override
    public void close() throws IOException {
        server.close();
        breakConnections();
    }

    private void accept() {
        try {
            while (true) {
                FakeSession session = new FakeSession(this, Transport.of(server.accept()));
                // Before it answers: whoever has its answer may break it.
                sessions.add(session);
                session.start();
            }
        } catch (IOException e) {
            breakConnections();
        }
    }

    private static <T> T poll(BlockingQueue<T> queue, String otherwise) throws InterruptedException {
        T next = queue.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError(otherwise);
        }
        return next;
    }
}
