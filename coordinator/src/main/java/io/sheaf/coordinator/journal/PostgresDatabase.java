package io.sheaf.coordinator.journal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * A database on a server that several coordinators can reach. Each transaction of the journal begins by looking whether
 * this coordinator still has the {@link Leadership}, and keeps it from changing hands until its end.
 */
final class PostgresDatabase implements Database {
    private static final String DISK_FULL = "53100";
    private static final long ENTRY_BYTES = 200;
    private static final long COUNT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final HikariDataSource pool;
    private final String place;
    private volatile long epoch;
    private long counted;
    private long countedAt;

    private PostgresDatabase(HikariDataSource pool, String place) {
        this.pool = pool;
        this.place = place;
    }

    /**
     * Connects, and makes the tables where there are none.
     *
     * @param place as {@code jdbc:postgresql://host/database}
     * @throws JournalException when that is not possible
     */
    static PostgresDatabase open(PostgresPlace place) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(place.url());
        if (!place.user().isEmpty()) {
            config.setUsername(place.user());
        }
        if (!place.password().isEmpty()) {
            config.setPassword(place.password());
        }
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(TimeUnit.SECONDS.toMillis(3));
        config.setValidationTimeout(TimeUnit.SECONDS.toMillis(2));
        config.setAutoCommit(false);
        config.setPoolName("journal");
        config.addDataSourceProperty("ApplicationName", "sheaf-standby");
        config.addDataSourceProperty("connectTimeout", "3");
        config.addDataSourceProperty("socketTimeout", "60");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        String name = place.withoutSecrets();
        try {
            HikariDataSource pool = new HikariDataSource(config);
            try {
                Flyway.configure()
                        .dataSource(pool)
                        .locations("classpath:io/sheaf/coordinator/journal", "classpath:io/sheaf/coordinator/leader")
                        .placeholders(Map.of("number", "BIGINT", "bytes", "BYTEA"))
                        .load()
                        .migrate();
                return new PostgresDatabase(pool, name);
            } catch (RuntimeException e) {
                pool.close();
                throw e;
            }
        } catch (FlywayException | com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
            throw new JournalException(
                    "The journal in " + name + " cannot be opened: " + e.getMessage()
                            + "; see that the server runs, and that sheaf.journal.url, user and password are right",
                    e);
        }
    }

    /** What is written from now on is written in this epoch, or not at all. */
    void begin(long leadership, Connection anchor) throws SQLException {
        epoch = leadership;
        prepare(anchor);
    }

    /** A connection that is not the journal's, in a transaction. */
    Connection other() throws SQLException {
        return pool.getConnection();
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection = pool.getConnection();
        try {
            prepare(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = on");
            // The server ends what a frozen process has left open: nobody else could lead before.
            statement.execute("SET idle_in_transaction_session_timeout = '3s'");
            statement.execute("SET application_name = '" + application(epoch) + "'");
        }
        connection.commit();
    }

    /** By this a leader ends what the one before may have left. */
    static String application(long epoch) {
        return "sheaf-active-" + epoch;
    }

    @Override
    public void fence(Connection connection) throws SQLException {
        // Not FOR SHARE: the leadership could not be renewed during a transaction that takes long.
        String row = "SELECT epoch, holder FROM leader FOR KEY SHARE";
        try (PreparedStatement select = connection.prepareStatement(row);
                ResultSet rows = select.executeQuery()) {
            if (!rows.next() || rows.getLong(1) != epoch) {
                throw new JournalException(
                        "This coordinator no longer leads: " + rows.getString(2) + " has taken over, and nothing was"
                                + " written here since",
                        null);
            }
        }
    }

    @Override
    public boolean isFull(SQLException why) {
        return DISK_FULL.equals(why.getSQLState());
    }

    /** Counted once a minute, since it looks at every entry. */
    @Override
    public long bytes(Connection connection) throws SQLException {
        long now = System.nanoTime();
        if (countedAt == 0 || now - countedAt > COUNT_NANOS) {
            String all = "SELECT COALESCE(SUM(size), 0) + COUNT(*) * " + ENTRY_BYTES + " FROM entry";
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(all)) {
                counted = rows.next() ? rows.getLong(1) : 0;
                countedAt = now;
            }
        }
        return counted;
    }

    /** The server does so by itself. */
    @Override
    public void tidy(Connection connection) {}

    @Override
    public String toString() {
        return place;
    }

    /** Not yet: the leadership is given up when nothing is written any more. */
    @Override
    public void close() {}

    void shut() {
        pool.close();
    }
}
