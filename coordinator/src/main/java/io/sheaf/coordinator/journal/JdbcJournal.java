package io.sheaf.coordinator.journal;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import io.sheaf.protocol.wire.RecordCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A journal in a database: one row for each entry, in one transaction for all that is appended at once. */
public final class JdbcJournal implements Journal {
    /** Raised whenever what is written can no longer be read by what was before, or the other way round. */
    static final long FORMAT = 1;

    /** Larger bodies are left where they are when everything is read back. */
    static final int LARGE = 8 << 10;

    private static final RecordCodec<Entry.OfJob> ENTRIES = RecordCodec.of(Entry.OfJob.class);
    private static final int OTHER = 0;
    private static final int INPUT = 1;

    private final Database database;
    private final Packing packing = new Packing();
    private final long epoch;
    private final long numbersBefore;
    private long next;
    private long size;
    private @Nullable Connection connection;

    /**
     * Begins another life of a coordinator.
     *
     * @param leastEpoch the epoch is not smaller
     */
    JdbcJournal(Database database, long leastEpoch) {
        this.database = database;
        try {
            checkFormat();
            this.epoch = Math.max(leastEpoch, mark("epoch", 0) + 1);
            this.numbersBefore = mark("numbers", 0);
            this.next = 1 + number("SELECT COALESCE(MAX(number), 0) FROM entry");
            database.fence(open());
            mark(open(), "epoch", epoch);
            open().commit();
        } catch (SQLException e) {
            throw broken("read", e);
        }
    }

    /**
     * A journal in a file of its own.
     *
     * @param directory made for this user only when it is not there; locked while the journal is open
     * @throws JournalException when another process has it, or it cannot be read
     */
    public static Journal sqlite(java.nio.file.Path directory, long leastEpoch) {
        return new JdbcJournal(SqliteDatabase.open(directory), leastEpoch);
    }

    /** A journal in a database that several coordinators can reach, for as long as this one leads. */
    public static Journal postgres(Leadership leadership, long leastEpoch) {
        return new JdbcJournal(leadership.database(), leastEpoch);
    }

    private void checkFormat() throws SQLException {
        long format = mark("format", FORMAT);
        if (format != FORMAT) {
            throw new JournalException(
                    "The journal in " + database + " is of format " + format + ", and this release reads format "
                            + FORMAT
                            + "; use the release that wrote it, or let its jobs end there and begin with an empty one",
                    null);
        }
        mark(open(), "format", FORMAT);
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long numbers() {
        return numbersBefore;
    }

    @Override
    public Set<WorkerId> workers() {
        try (PreparedStatement select = open().prepareStatement("SELECT name FROM worker ORDER BY name");
                ResultSet rows = select.executeQuery()) {
            Set<WorkerId> workers = new LinkedHashSet<>();
            while (rows.next()) {
                workers.add(new WorkerId(rows.getString(1)));
            }
            open().commit();
            return workers;
        } catch (SQLException e) {
            throw broken("read", e);
        }
    }

    @Override
    public void replay(Reader reader) {
        String all = "SELECT number, head, first, after, size, CASE WHEN size <= " + LARGE
                + " THEN body END FROM entry ORDER BY number";
        try (PreparedStatement select = open().prepareStatement(all)) {
            select.setFetchSize(1000);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    read(rows, reader);
                }
            }
            open().commit();
        } catch (SQLException e) {
            throw broken("read", e);
        }
    }

    private void read(ResultSet row, Reader reader) throws SQLException {
        long number = row.getLong(1);
        long size = row.getLong(5);
        try {
            Entry.OfJob entry = ENTRIES.fromBytes(Bytes.wrap(row.getBytes(2)));
            if (!(entry instanceof Entry.Happened happened) || size == 0) {
                reader.read(entry);
            } else if (size > LARGE) {
                reader.read(happened, new Elsewhere(number, row.getLong(3), row.getLong(4), size));
            } else {
                Segment body = packing.unpack(row.getBytes(6));
                reader.read(new Entry.Happened(happened.fact(), happened.at(), Optional.of(body)));
            }
        } catch (MalformedMessageException e) {
            throw damaged(number, e);
        }
    }

    @Override
    public void append(List<Entry> entries) {
        long before = next;
        try (Batch batch = new Batch(open())) {
            database.fence(open());
            for (Entry entry : entries) {
                batch.write(entry);
            }
            batch.commit();
        } catch (SQLException e) {
            next = before;
            if (database.isFull(e)) {
                rollBack();
                throw new JournalFullException("There is no room for the journal in " + database, e);
            }
            disconnect();
            throw broken("written", e);
        }
    }

    @Override
    public Segment body(long number) {
        try (PreparedStatement select = open().prepareStatement("SELECT body FROM entry WHERE number = ?")) {
            select.setLong(1, number);
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next() || rows.getBytes(1) == null) {
                    throw damaged(number, null);
                }
                Segment body = packing.unpack(rows.getBytes(1));
                open().commit();
                return body;
            }
        } catch (SQLException e) {
            throw broken("read", e);
        } catch (MalformedMessageException e) {
            throw damaged(number, e);
        }
    }

    @Override
    public long bytes() {
        try {
            size = database.bytes(open());
            open().commit();
        } catch (SQLException e) {
            if (!database.isFull(e)) {
                throw broken("read", e);
            }
            rollBack();
        }
        return size;
    }

    @Override
    public void tidy() {
        try {
            open().commit();
            database.tidy(open());
        } catch (SQLException e) {
            if (!database.isFull(e)) {
                disconnect();
                throw broken("written", e);
            }
            rollBack();
        }
    }

    @Override
    public void close() {
        disconnect();
        packing.close();
        database.close();
    }

    /** All statements of one transaction. */
    private final class Batch implements AutoCloseable {
        private final Connection to;
        private final PreparedStatement insert;
        private int rows;

        Batch(Connection to) throws SQLException {
            this.to = to;
            this.insert = to.prepareStatement("INSERT INTO entry (number, job, kind, head, first, after, size, body)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        }

        void write(Entry entry) throws SQLException {
            if (entry instanceof Entry.OfJob one) {
                add(one);
                return;
            }
            flush();
            if (entry instanceof Entry.Forgotten gone) {
                run(to, "DELETE FROM entry WHERE job = ?", gone.job());
            } else if (entry instanceof Entry.InputDropped dropped) {
                run(
                        to,
                        "UPDATE entry SET body = NULL, size = 0 WHERE job = ? AND size > 0 AND kind = " + INPUT,
                        dropped.job());
            } else if (entry instanceof Entry.Numbered numbered) {
                mark(to, "numbers", numbered.upTo());
            } else if (entry instanceof Entry.WorkerCame came) {
                run(to, "DELETE FROM worker WHERE name = ?", came.worker());
                run(to, "INSERT INTO worker (name) VALUES (?)", came.worker());
            } else if (entry instanceof Entry.WorkerGone gone) {
                run(to, "DELETE FROM worker WHERE name = ?", gone.worker());
            }
        }

        private void add(Entry.OfJob entry) throws SQLException {
            Optional<Segment> body =
                    entry instanceof Entry.Happened happened ? happened.body() : Optional.<Segment>empty();
            Entry.OfJob head = entry instanceof Entry.Happened happened
                    ? new Entry.Happened(happened.fact(), happened.at(), Optional.empty())
                    : entry;
            boolean input = entry instanceof Entry.Happened happened
                    && happened.fact() instanceof io.sheaf.coordinator.scheduling.Reaction.Fact.Arrived;
            insert.setLong(1, next++);
            insert.setLong(2, entry.job().number());
            insert.setInt(3, input ? INPUT : OTHER);
            insert.setBytes(4, ENTRIES.toBytes(head).copy());
            insert.setLong(5, body.map(Segment::from).orElse(0L));
            insert.setLong(6, body.map(Segment::to).orElse(0L));
            insert.setLong(7, body.map(Segment::size).orElse(0L));
            insert.setBytes(8, body.map(packing::pack).orElse(null));
            insert.addBatch();
            rows++;
        }

        private void flush() throws SQLException {
            if (rows > 0) {
                insert.executeBatch();
                rows = 0;
            }
        }

        void commit() throws SQLException {
            flush();
            to.commit();
        }

        @Override
        public void close() throws SQLException {
            insert.close();
        }
    }

    private static void run(Connection to, String sql, JobId job) throws SQLException {
        try (PreparedStatement statement = to.prepareStatement(sql)) {
            statement.setLong(1, job.number());
            statement.executeUpdate();
        }
    }

    private static void run(Connection to, String sql, WorkerId worker) throws SQLException {
        try (PreparedStatement statement = to.prepareStatement(sql)) {
            statement.setString(1, worker.name());
            statement.executeUpdate();
        }
    }

    private long mark(String name, long unset) throws SQLException {
        try (PreparedStatement select = open().prepareStatement("SELECT value FROM mark WHERE name = ?")) {
            select.setString(1, name);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : unset;
            }
        }
    }

    private static void mark(Connection to, String name, long value) throws SQLException {
        try (PreparedStatement delete = to.prepareStatement("DELETE FROM mark WHERE name = ?");
                PreparedStatement insert = to.prepareStatement("INSERT INTO mark (name, value) VALUES (?, ?)")) {
            delete.setString(1, name);
            delete.executeUpdate();
            insert.setString(1, name);
            insert.setLong(2, value);
            insert.executeUpdate();
        }
    }

    private long number(String sql) throws SQLException {
        try (PreparedStatement select = open().prepareStatement(sql);
                ResultSet rows = select.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    private Connection open() throws SQLException {
        Connection known = connection;
        if (known == null) {
            known = database.connect();
            connection = known;
        }
        return known;
    }

    /** Where a disk is full the connection is kept: another could not even be opened, and what is there is still read. */
    private void rollBack() {
        Connection known = connection;
        try {
            if (known != null) {
                known.rollback();
            }
        } catch (SQLException e) {
            disconnect();
        }
    }

    /** After a failure nobody knows what state a connection is in; its end undoes what was not committed. */
    private void disconnect() {
        Connection known = connection;
        connection = null;
        if (known != null) {
            try {
                known.close();
            } catch (SQLException e) {
                // What could be lost with it was not committed.
            }
        }
    }

    private JournalException broken(String what, SQLException why) {
        return new JournalException(
                "The journal in " + database + " cannot be " + what + ": " + why.getMessage()
                        + "; see that its disk is well, and start the coordinator again",
                why);
    }

    private JournalException damaged(long number, @Nullable Throwable why) {
        return new JournalException(
                "Entry " + number + " of the journal in " + database + " is damaged; restore a copy of the journal",
                why);
    }
}
