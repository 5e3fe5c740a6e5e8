package io.sheaf.worker.link;

import io.sheaf.protocol.link.DataFrame;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Preface;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection for large bodies, opened in a thread of its own. Once over it is over; another is opened then. */
final class DataLine {
    private static final Logger log = LoggerFactory.getLogger(DataLine.class);
    private static final int CONNECT_MILLIS = 5000;
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final DataFrame.Greeting greeting;
    private final Events events;
    private final long begun = System.nanoTime();
    private volatile @Nullable Connection<DataFrame, DataFrame> connection;
    private volatile boolean over;

    /** What the line tells, by its own threads. */
    interface Events {
        void opened();

        void body(DataFrame.Body body);

        /**
         * The line is over, or could not be opened.
         *
         * @param refused whether nobody listens there
         */
        void over(boolean refused);
    }

    DataLine(LinkSettings settings, int port, DataFrame.Greeting greeting, Events events) {
        this.greeting = greeting;
        this.events = events;
        Thread thread = new Thread(() -> open(settings, port), "data-line");
        thread.setDaemon(true);
        thread.start();
    }

    long session() {
        return greeting.session();
    }

    boolean isOver() {
        return over;
    }

    /** Whether it was not over as soon as it was there: then another one may do better at once. */
    boolean hasLasted() {
        return System.nanoTime() - begun > SHORT_NANOS;
    }

    /** Does nothing before the line is open: {@link Events#opened} makes up for it. */
    void send(DataFrame.Body body) {
        Connection<DataFrame, DataFrame> open = connection;
        if (open != null) {
            open.send(body);
        }
    }

    void close() {
        over = true;
        Connection<DataFrame, DataFrame> open = connection;
        if (open != null) {
            open.close();
        }
    }

    private void open(LinkSettings settings, int port) {
        try {
            Connection<DataFrame, DataFrame> opened =
                    new Connection<>("data", connect(settings, port), DataFrame.CODEC, DataFrame.CODEC);
            opened.start(new Connection.Listener<>() {
                @Override
                public void received(DataFrame message) {
                    if (message instanceof DataFrame.Body body) {
                        events.body(body);
                    }
                }

                @Override
                public void closed(String reason) {
                    over = true;
                    events.over(false);
                }
            });
            opened.send(greeting);
            connection = opened;
            if (over) {
                opened.close();
            } else {
                events.opened();
            }
        } catch (IOException e) {
            over = true;
            events.over(e instanceof ConnectException);
            log.debug("No data connection with {}: {}", settings, e.getMessage());
        }
    }

    /** A connection that nothing was said on. */
    static Transport dial(LinkSettings settings, int port) throws IOException {
        InetSocketAddress coordinator = new InetSocketAddress(settings.coordinatorHost(), port);
        return Transport.connect(coordinator, CONNECT_MILLIS, settings.tls());
    }

    private static Transport connect(LinkSettings settings, int port) throws IOException {
        Transport transport = dial(settings, port);
        try {
            Preface.WORKER_DATA.write(transport);
            return transport;
        } catch (IOException e) {
            transport.close();
            throw e;
        }
    }
}
