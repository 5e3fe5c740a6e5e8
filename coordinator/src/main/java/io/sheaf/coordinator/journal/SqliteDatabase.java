package io.sheaf.coordinator.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** One file, with its log beside it, in a directory that belongs to one process at a time. */
final class SqliteDatabase implements Database {
    /** The driver unpacks its native code there, and leaves it behind when it is killed. */
    private static final String NATIVE = "native";

    private static final FileAttribute<?> ONLY_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int TIDY_PAGES = 2_000;
    private static final long MOST_PAGES = 4_294_967_294L;

    private final Path file;
    private final FileChannel lock;
    private long mostPages = MOST_PAGES;
    private @Nullable Connection latest;

    private SqliteDatabase(Path file, FileChannel lock) {
        this.file = file;
        this.lock = lock;
    }

    static SqliteDatabase open(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, ONLY_OWNER);
            }
            FileChannel lock =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            SqliteDatabase database = new SqliteDatabase(directory.resolve("journal.db"), lock);
            if (!database.isOurs()) {
                lock.close();
                throw new JournalException(
                        "Another coordinator has the journal in " + directory
                                + "; stop it, or set another sheaf.data-dir (SHEAF_DATA_DIR)",
                        null);
            }
            try {
                database.prepare(directory.resolve(NATIVE));
                return database;
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new JournalException("No journal can be kept in " + directory + ": " + e.getMessage(), e);
        }
    }

    private boolean isOurs() throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private void prepare(Path nativeCode) throws IOException {
        if (Files.isDirectory(nativeCode)) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(nativeCode)) {
                for (Path each : left) {
                    Files.deleteIfExists(each);
                }
            }
        } else {
            Files.createDirectory(nativeCode, ONLY_OWNER);
        }
        System.setProperty("org.sqlite.tmpdir", nativeCode.toString());
        try {
            // Before the first table: later it would have no effect.
            connect().close();
            Flyway.configure()
                    .dataSource(url(), null, null)
                    .locations("classpath:io/sheaf/coordinator/journal")
                    .placeholders(Map.of("number", "INTEGER", "bytes", "BLOB"))
                    .load()
                    .migrate();
        } catch (SQLException | FlywayException e) {
            throw new JournalException(
                    "The journal in " + file + " cannot be opened: " + e.getMessage()
                            + "; restore a copy of it, or move it away to begin with an empty one",
                    e);
        }
    }

    private String url() {
        return "jdbc:sqlite:" + file;
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(url());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 10000");
            statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA journal_size_limit = 67108864");
        }
        limit(connection);
        connection.setAutoCommit(false);
        latest = connection;
        return connection;
    }

    /** As if the disk had only so many pages; 0: as many as it has. Between two transactions. */
    void limit(long pages) throws SQLException {
        mostPages = pages == 0 ? MOST_PAGES : pages;
        Connection known = latest;
        if (known != null && !known.isClosed()) {
            limit(known);
        }
    }

    private void limit(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA max_page_count = " + mostPages);
        }
    }

    @Override
    public boolean isFull(SQLException why) {
        // The second is said of a file beside the database.
        return why instanceof SQLiteException known
                && (known.getResultCode() == SQLiteErrorCode.SQLITE_FULL
                        || known.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE);
    }

    @Override
    public long bytes(Connection connection) throws SQLException {
        return pragma(connection, "page_size")
                * (pragma(connection, "page_count") - pragma(connection, "freelist_count"));
    }

    private static long pragma(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA " + name)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    @Override
    public void tidy(Connection connection) throws SQLException {
        if (pragma(connection, "freelist_count") == 0) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            // Not execute, which would give back a single page.
            statement.executeUpdate("PRAGMA incremental_vacuum(" + TIDY_PAGES + ")");
        }
        connection.commit();
    }

    @Override
    public String toString() {
        return file.toString();
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            // The end of the process frees it.
        }
    }
}
