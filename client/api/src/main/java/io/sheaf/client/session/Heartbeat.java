package io.sheaf.client.session;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.wire.Connection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks the coordinator every second whether it is there, and ends the connection when nothing has come for 10 s:
 * a network that swallows everything says nothing either.
 */
final class Heartbeat {
    private static final long PERIOD_MILLIS = 1_000;
    private static final int MOST_MISSED = 10;

    private final Connection<?, FromClient> connection;
    private final long periodMillis;
    private final CountDownLatch over = new CountDownLatch(1);

    Heartbeat(Connection<?, FromClient> connection) {
        this(connection, PERIOD_MILLIS);
    }

    Heartbeat(Connection<?, FromClient> connection, long periodMillis) {
        this.connection = connection;
        this.periodMillis = periodMillis;
    }

    void start() {
        var unused = Aside.run("sheaf-heartbeat", this::beat);
    }

    void stop() {
        over.countDown();
    }

    private void beat() {
        try {
            int missed = 0;
            while (missed < MOST_MISSED) {
                connection.send(new FromClient.Ping());
                if (over.await(periodMillis, TimeUnit.MILLISECONDS)) {
                    return;
                }
                missed = connection.nothingCame() ? missed + 1 : 0;
            }
            connection.close("nothing was heard for " + MOST_MISSED * periodMillis / 1000 + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
