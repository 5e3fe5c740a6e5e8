package io.sheaf.coordinator.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Files by name that all coordinators of a journal can have. Safe for use by many threads. */
public final class SharedFiles {
    private static final int PART = 1 << 20;

    private final PostgresDatabase database;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    SharedFiles(PostgresDatabase database) {
        this.database = database;
    }

    /** From now on others can have it; costs nothing for what they can have already. */
    public void keep(String name, Path file) throws IOException {
        if (known.contains(name)) {
            return;
        }
        // One at a time, or many clients with new code would leave no connection for the leadership.
        synchronized (this) {
            insert(name, file);
        }
    }

    private void insert(String name, Path file) throws IOException {
        // Not any connection: whoever takes over ends this one when the process is frozen meanwhile.
        try (Connection connection = database.connect();
                InputStream in = Files.newInputStream(file)) {
            database.fence(connection);
            if (!isThere(connection, name)) {
                insert(connection, name, in);
            }
            connection.commit();
            known.add(name);
        } catch (SQLException | JournalException e) {
            throw new IOException("it cannot be written to the journal: " + e.getMessage(), e);
        }
    }

    private static boolean isThere(Connection connection, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT 1 FROM file WHERE name = ? LIMIT 1")) {
            select.setString(1, name);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void insert(Connection connection, String name, InputStream in) throws SQLException, IOException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO file (name, part, data) VALUES (?, ?, ?)")) {
            int part = 0;
            byte[] data = in.readNBytes(PART);
            do {
                insert.setString(1, name);
                insert.setInt(2, part++);
                insert.setBytes(3, data);
                insert.executeUpdate();
                data = in.readNBytes(PART);
            } while (data.length > 0);
        }
    }

    /** The names of all that is kept. */
    public Set<String> names() throws IOException {
        try (Connection connection = database.other();
                PreparedStatement select = connection.prepareStatement("SELECT name FROM file WHERE part = 0");
                ResultSet rows = select.executeQuery()) {
            Set<String> names = new HashSet<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            connection.commit();
            return names;
        } catch (SQLException e) {
            throw new IOException("it cannot be read from the journal: " + e.getMessage(), e);
        }
    }

    /** From now on nobody can have it. */
    public synchronized void remove(String name) throws IOException {
        try (Connection connection = database.connect();
                PreparedStatement delete = connection.prepareStatement("DELETE FROM file WHERE name = ?")) {
            database.fence(connection);
            delete.setString(1, name);
            delete.executeUpdate();
            connection.commit();
            known.remove(name);
        } catch (SQLException | JournalException e) {
            throw new IOException("it cannot be removed from the journal: " + e.getMessage(), e);
        }
    }

    /** Makes it a file here; returns false when nobody has kept it. */
    public boolean fetch(String name, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        Path written = Files.createTempFile(target.getParent(), name, ".part");
        try (Connection connection = database.other();
                OutputStream out = Files.newOutputStream(written);
                PreparedStatement select =
                        connection.prepareStatement("SELECT data FROM file WHERE name = ? AND part = ?")) {
            int part = 0;
            boolean more = true;
            while (more) {
                select.setString(1, name);
                select.setInt(2, part);
                try (ResultSet rows = select.executeQuery()) {
                    more = rows.next();
                    if (more) {
                        out.write(rows.getBytes(1));
                        part++;
                    }
                }
            }
            connection.commit();
            if (part > 0) {
                Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
                known.add(name);
            }
            return part > 0;
        } catch (SQLException e) {
            throw new IOException("it cannot be read from the journal: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(written);
        }
    }
}
