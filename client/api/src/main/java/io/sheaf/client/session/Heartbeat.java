package io.sheaf.client.session;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.wire.Connection;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Asks the coordinator every second whether it is there, and ends the connection when nothing has come for 10 s:
 * a network that swallows everything says nothing either. After 3 s it ends if another coordinator is at work: then this one
 * is frozen or cut off, and will not be heard again.
 */
final class Heartbeat {
    private static final long PERIOD_MILLIS = 1_000;
    private static final int SUSPICIOUS = 3;
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

    /** @param others asked which other coordinator is at work, if any is; at most for as long as a period takes */
    void start(Supplier<Optional<String>> others) {
        var unused = Aside.run("sheaf-heartbeat", () -> beat(others));
    }

    void stop() {
        over.countDown();
    }

    private void beat(Supplier<Optional<String>> others) {
        try {
            int missed = 0;
            while (missed < MOST_MISSED) {
                long next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(periodMillis);
                connection.send(new FromClient.Ping());
                Optional<String> other = missed < SUSPICIOUS ? Optional.empty() : others.get();
                if (other.isPresent()) {
                    connection.close(silent(missed) + ", and " + other.get() + " is at work");
                    return;
                }
                if (over.await(next - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return;
                }
                missed = connection.nothingCame() ? missed + 1 : 0;
            }
            connection.close(silent(MOST_MISSED));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String silent(int missed) {
        return "nothing was heard for " + missed * periodMillis / 1000 + " s";
    }
}
