package io.sheaf.coordinator.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of several coordinators is the active one: a row in their database, with an epoch that grows whenever it changes
 * hands and the time, by the clock of the server, up to which its holder may take it for granted. The holder renews it
 * every second. Whoever finds that time passed takes over; or that the holder's connection has ended, as it does with its
 * process.
 */
public final class Leadership implements AutoCloseable {
    /** So long after the holder's last word another may take over. */
    static final long LEASE_MILLIS = 5_000;

    private static final Logger log = LoggerFactory.getLogger(Leadership.class);
    private static final long LEASE_NANOS = TimeUnit.MILLISECONDS.toNanos(LEASE_MILLIS);
    private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long COMPLAIN_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** So many times in a row, before its time is over. */
    private static final int LEADERLESS = 5;

    private static final String UNTIL = "clock_timestamp() + interval '" + LEASE_MILLIS + " ms'";

    private final PostgresDatabase database;
    private final String holder;
    private final long epoch;
    /** Its end tells the others that this process is gone. */
    private @Nullable Connection anchor;

    private volatile long renewedAt;
    private volatile boolean closed;

    private Leadership(PostgresDatabase database, String holder, long epoch, Connection anchor) {
        this.anchor = anchor;
        this.database = database;
        this.holder = holder;
        this.epoch = epoch;
        this.renewedAt = System.nanoTime();
    }

    /**
     * Waits until nobody else leads, and leads.
     *
     * @param holder who this is, for people
     * @param onStandby called once when another leads
     * @param isOver asked now and then whether there is no point in waiting any more
     * @return empty when there was no point in waiting any more
     * @throws JournalException when the database cannot be reached at first
     */
    public static Optional<Leadership> await(
            PostgresPlace place, String holder, Runnable onStandby, BooleanSupplier isOver) {
        PostgresDatabase database = PostgresDatabase.open(place);
        try {
            long nextWord = 0;
            int leaderless = 0;
            while (!isOver.getAsBoolean()) {
                try {
                    Row row = row(database);
                    // Whose connection is gone may be making another one.
                    leaderless = row.isConnected ? 0 : leaderless + 1;
                    if (row.isExpired || leaderless >= LEADERLESS) {
                        Optional<Leadership> taken = take(database, holder, row.epoch);
                        if (taken.isPresent()) {
                            return taken;
                        }
                    } else if (nextWord == 0 || nextWord - System.nanoTime() <= 0) {
                        if (nextWord == 0) {
                            onStandby.run();
                        }
                        nextWord = System.nanoTime() + COMPLAIN_NANOS;
                        log.info("Standing by: {} leads, by the journal in {}", row.holder, database);
                    }
                } catch (SQLException e) {
                    log.warn("The journal in {} cannot be asked who leads: {}", database, e.getMessage());
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
            database.shut();
            return Optional.empty();
        } catch (RuntimeException e) {
            database.shut();
            throw e;
        }
    }

    private record Row(long epoch, String holder, boolean isExpired, boolean isConnected) {}

    private static Row row(PostgresDatabase database) throws SQLException {
        String all = "SELECT epoch, holder, until < clock_timestamp(), EXISTS (SELECT 1 FROM pg_stat_activity"
                + " WHERE pid = backend) FROM leader";
        try (Connection connection = database.other();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(all)) {
            if (!rows.next()) {
                throw new SQLException("the table leader is empty");
            }
            Row row = new Row(rows.getLong(1), rows.getString(2), rows.getBoolean(3), rows.getBoolean(4));
            connection.commit();
            return row;
        }
    }

    /** Takes over from the leader of that epoch, unless somebody else has done so. */
    private static Optional<Leadership> take(PostgresDatabase database, String holder, long from) throws SQLException {
        try (Connection connection = database.other()) {
            // A frozen holder may have a transaction open, which has the row.
            endSessions(connection, from);
            connection.commit();
        }
        Connection connection = database.other();
        String update = "UPDATE leader SET epoch = epoch + 1, holder = ?, backend = pg_backend_pid(), until = " + UNTIL
                + " WHERE epoch = ? RETURNING epoch";
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setString(1, holder);
            statement.setLong(2, from);
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    long epoch = rows.getLong(1);
                    connection.commit();
                    database.begin(epoch, connection);
                    log.info("Leading, in epoch {} of the journal in {}", epoch, database);
                    return Optional.of(new Leadership(database, holder, epoch, connection));
                }
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        connection.close();
        return Optional.empty();
    }

    private static void endSessions(Connection connection, long of) throws SQLException {
        try (PreparedStatement end = connection.prepareStatement("SELECT pg_terminate_backend(pid) FROM"
                + " pg_stat_activity WHERE application_name = ? AND usename = current_user"
                + " AND datname = current_database()")) {
            end.setString(1, PostgresDatabase.application(of));
            end.executeQuery().close();
        }
    }

    /** Larger than that of all who led before. */
    public long epoch() {
        return epoch;
    }

    /** What else all coordinators can have. */
    public SharedFiles files() {
        return new SharedFiles(database);
    }

    PostgresDatabase database() {
        return database;
    }

    /**
     * Renews it from now on.
     *
     * @param onLost told why, at most once, from another thread: this process must end at once
     */
    public void keep(Consumer<String> onLost) {
        CompletableFuture<String> lost = new CompletableFuture<>();
        var unused = lost.thenAccept(onLost);
        renewedAt = System.nanoTime();
        start("leadership", () -> renew().ifPresent(lost::complete), RENEW_NANOS);
        // Also where the server does not answer, or this process was frozen and knows nothing of what went on since.
        start(
                "leadership-watch",
                () -> {
                    if (System.nanoTime() - renewedAt > LEASE_NANOS) {
                        lost.complete("the journal in " + database + " has not been reached for " + LEASE_MILLIS / 1000
                                + " s, so that another coordinator may lead by now");
                    }
                },
                WATCH_NANOS);
    }

    private void start(String name, Runnable action, long every) {
        Thread thread = new Thread(
                () -> {
                    while (!closed) {
                        action.run();
                        LockSupport.parkNanos(every);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns why it is lost, if it is. */
    private Optional<String> renew() {
        long now = System.nanoTime();
        String sql =
                "UPDATE leader SET backend = pg_backend_pid(), until = " + UNTIL + " WHERE epoch = ? AND holder = ?";
        try (PreparedStatement update = anchor().prepareStatement(sql)) {
            Connection connection = update.getConnection();
            update.setLong(1, epoch);
            update.setString(2, holder);
            boolean renewed = update.executeUpdate() == 1;
            connection.commit();
            if (renewed) {
                renewedAt = now;
                return Optional.empty();
            }
            return Optional.of("another coordinator has taken over, since nothing was heard of this one for "
                    + LEASE_MILLIS / 1000 + " s");
        } catch (SQLException e) {
            dropAnchor();
            if (!closed) {
                log.warn("The leadership could not be renewed in {}: {}", database, e.getMessage());
            }
            return Optional.empty();
        }
    }

    private synchronized Connection anchor() throws SQLException {
        Connection known = anchor;
        if (known == null) {
            known = database.connect();
            anchor = known;
        }
        return known;
    }

    private synchronized void dropAnchor() {
        Connection known = anchor;
        anchor = null;
        if (known != null) {
            try {
                known.close();
            } catch (SQLException e) {
                log.debug("It is of no use anyway", e);
            }
        }
    }

    /** Lets another lead at once. To be called when nothing will be written any more. */
    @Override
    public void close() {
        closed = true;
        try (Connection connection = database.other();
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE leader SET until = clock_timestamp() - interval '1 ms' WHERE epoch = ?")) {
            update.setLong(1, epoch);
            update.executeUpdate();
            connection.commit();
        } catch (SQLException e) {
            log.warn("The leadership could not be given up in {}: {}", database, e.getMessage());
        } finally {
            database.shut();
        }
    }
}
