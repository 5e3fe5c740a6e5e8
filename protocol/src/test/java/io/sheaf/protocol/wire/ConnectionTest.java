package io.sheaf.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConnectionTest {
    /** A message. */
    public record Note(int number, Bytes body) {}

    private static final RecordCodec<Note> CODEC = RecordCodec.of(Note.class);

    @TempDir
    Path folder;

    private SocketChannel here;
    private SocketChannel there;
    private final Heard heard = new Heard();

    private static final class Heard implements Connection.Listener<Note> {
        private final LinkedBlockingQueue<Note> notes = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();

        @Override
        public void received(Note message) {
            notes.add(message);
        }

        @Override
        public void closed(String reason) {
            ends.add(reason);
        }
    }

    @BeforeEach
    void connect() throws IOException {
        connectAgain(-1);
    }

    @AfterEach
    void disconnect() throws IOException {
        here.close();
        there.close();
    }

    private Connection<Note, Note> open(SocketChannel channel, Connection.Listener<Note> listener) throws IOException {
        Connection<Note, Note> connection = new Connection<>("test", Transport.of(channel), CODEC, CODEC);
        connection.start(listener);
        return connection;
    }

    @Test
    void whoWaitsForTheBacklogIsToldOnceItHasShrunk() throws Exception {
        Connection<Note, Note> sender = open(here, new Heard());
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        sender.onceBelow(0, () -> told.add("at once"));
        assertThat(told).containsExactly("at once");
        sender.send(new Note(1, Bytes.wrap(new byte[20 << 20])));
        sender.onceBelow(1 << 20, () -> told.add("later"));
        assertThat(told).containsExactly("at once");
        open(there, heard);
        assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("at once");
        assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("later");
        assertThat(sender.backlog()).isLessThanOrEqualTo(1 << 20);
        sender.close();
    }

    @Test
    void whoWaitsForTheBacklogIsToldWhenTheConnectionEnds() throws Exception {
        Connection<Note, Note> sender = open(here, new Heard());
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        sender.send(new Note(1, Bytes.wrap(new byte[20 << 20])));
        sender.onceBelow(0, () -> told.add("told"));
        sender.close();
        assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("told");
    }

    @Test
    void messagesOfAllSizesArriveInOrder() throws Exception {
        Connection<Note, Note> sender = open(here, new Heard());
        open(there, heard);
        for (int i = 0; i < 2000; i++) {
            sender.send(new Note(i, Bytes.wrap(new byte[i % 100 == 0 ? 200_000 : i])));
        }
        sender.send(new Note(2000, Bytes.wrap(new byte[20 << 20])));
        for (int i = 0; i <= 2000; i++) {
            Note note = heard.notes.poll(30, TimeUnit.SECONDS);
            assertThat(note).isNotNull();
            assertThat(note.number).isEqualTo(i);
        }
        sender.awaitBacklog(0);
        assertThat(sender.backlog()).isZero();
    }

    @Test
    void whatTheSystemDoesNotTakeAtOnceGoesOutBeforeAllThatFollows() throws Exception {
        Transport reluctant = new Reluctant(Transport.of(here));
        Connection<Note, Note> sender = new Connection<>("test", reluctant, CODEC, CODEC);
        sender.start(new Heard());
        open(there, heard);
        for (int i = 0; i < 300; i++) {
            sender.send(new Note(i, Bytes.wrap(new byte[i])));
            if (i % 3 == 0) {
                // So that the next one comes alone.
                LockSupport.parkNanos(200_000);
            }
        }
        for (int i = 0; i < 300; i++) {
            Note note = heard.notes.poll(30, TimeUnit.SECONDS);
            assertThat(note).isNotNull();
            assertThat(note).isEqualTo(new Note(i, Bytes.wrap(new byte[i])));
        }
        sender.awaitBacklog(0);
        assertThat(sender.backlog()).isZero();
    }

    @Test
    void whoWaitsForTheBacklogIsToldWhoeverHasWrittenIt() throws Exception {
        Connection<Note, Note> sender = open(here, new Heard());
        open(there, new Heard());
        ExecutorService threads = Executors.newFixedThreadPool(3, ConnectionTest::daemon);
        List<Future<?>> done = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            Random random = new Random(thread);
            done.add(threads.submit(() -> {
                for (int i = 0; i < 10_000; i++) {
                    sender.send(new Note(i, Bytes.EMPTY));
                    sender.awaitBacklog(0);
                    LockSupport.parkNanos(random.nextInt(60_000));
                }
                return null;
            }));
        }
        for (Future<?> each : done) {
            each.get(40, TimeUnit.SECONDS);
        }
        threads.shutdown();
    }

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body, "test-sender");
        thread.setDaemon(true);
        return thread;
    }

    /** Takes five bytes at once, and every third time none. */
    private static final class Reluctant implements Transport {
        private final Transport under;
        private int times;

        Reluctant(Transport under) {
            this.under = under;
        }

        @Override
        public void writeAtOnce(ByteBuffer from) throws IOException {
            if (++times % 3 != 0) {
                int rest = from.limit();
                from.limit(Math.min(rest, from.position() + 5));
                under.write(from);
                from.limit(rest);
            }
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return under.read(into);
        }

        @Override
        public void write(ByteBuffer from) throws IOException {
            under.write(from);
        }

        @Override
        public String peer() {
            return under.peer();
        }

        @Override
        public void close() throws IOException {
            under.close();
        }
    }

    @Test
    void endingWritesWhatWasSent() throws Exception {
        Connection<Note, Note> sender = open(here, new Heard());
        for (int i = 0; i < 1000; i++) {
            sender.send(new Note(i, Bytes.wrap(new byte[1000])));
        }
        sender.end();
        open(there, heard);
        assertThat(heard.ends.poll(30, TimeUnit.SECONDS)).isEqualTo("closed by the peer");
        assertThat(heard.notes).hasSize(1000);
    }

    @Test
    void closingWakesWhoeverWaitsForTheBacklog() throws Exception {
        Connection<Note, Note> sender = open(here, new Heard());
        sender.send(new Note(1, Bytes.wrap(new byte[50 << 20])));
        Thread waiting = new Thread(() -> {
            try {
                sender.awaitBacklog(0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiting.start();
        sender.close();
        waiting.join(30_000);
        assertThat(waiting.isAlive()).isFalse();
    }

    @Test
    void aFrameOverTheLimitEndsTheConnection() throws Exception {
        Connection<Note, Note> sender = open(here, new Heard());
        Connection<Note, Note> receiver = new Connection<>("test", Transport.of(there), CODEC, CODEC);
        receiver.limitFrames(1000);
        receiver.start(heard);
        sender.send(new Note(1, Bytes.wrap(new byte[2000])));
        assertThat(heard.ends.poll(30, TimeUnit.SECONDS)).contains("limit");
        assertThat(heard.notes).isEmpty();
    }

    @Test
    void theSameHoldsOverTcp() throws Exception {
        try (ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Transport mine = Transport.connect((InetSocketAddress) server.getLocalAddress(), 5000, Optional.empty());
            Connection<Note, Note> sender = new Connection<>("test", mine, CODEC, CODEC);
            sender.start(new Heard());
            open(server.accept(), heard);
            sender.send(new Note(1, Bytes.wrap(new byte[20 << 20])));
            sender.send(new Note(2, Bytes.EMPTY));
            sender.end();
            assertThat(heard.ends.poll(30, TimeUnit.SECONDS)).isEqualTo("closed by the peer");
            assertThat(heard.notes).extracting(Note::number).containsExactly(1, 2);
        }
    }

    @Test
    void aPeerThatIsGoneIsToldOnceAlsoToWhoeverWasWriting() throws Exception {
        Connection<Note, Note> sender = open(here, heard);
        sender.send(new Note(1, Bytes.wrap(new byte[50 << 20])));
        there.close();
        assertThat(heard.ends.poll(30, TimeUnit.SECONDS)).isNotNull();
        sender.awaitBacklog(0);
        sender.send(new Note(2, Bytes.EMPTY));
        sender.close();
        assertThat(heard.ends.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void noiseEndsTheConnectionAndIsNoMessage() throws Exception {
        Random random = new Random(13);
        for (int round = 0; round < 50; round++) {
            byte[] noise = new byte[1 + random.nextInt(200)];
            random.nextBytes(noise);
            open(there, heard);
            here.write(ByteBuffer.wrap(noise));
            here.close();
            assertThat(heard.ends.poll(30, TimeUnit.SECONDS))
                    .as("round " + round)
                    .isNotNull();
            there.close();
            connectAgain(round);
        }
    }

    private void connectAgain(int round) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s" + round));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            here = SocketChannel.open(address);
            there = server.accept();
        }
    }

    @Test
    void halfAMessageIsNone() throws Exception {
        open(there, heard);
        here.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 9, 1}));
        here.close();
        assertThat(heard.ends.poll(30, TimeUnit.SECONDS)).contains("middle");
    }
}
