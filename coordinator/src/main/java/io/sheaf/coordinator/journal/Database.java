package io.sheaf.coordinator.journal;

import java.sql.Connection;
import java.sql.SQLException;

/** What differs between databases. For one thread. */
interface Database extends AutoCloseable {
    /** A new connection, in a transaction; its tables are there, and commits survive. */
    Connection connect() throws SQLException;

    /**
     * Nobody else may write from here to the end of the transaction.
     *
     * @throws JournalException when somebody else has taken over
     */
    default void fence(Connection connection) throws SQLException {}

    /** Whether it says that there is no room. */
    boolean isFull(SQLException why);

    /** What the journal takes, in bytes, without what is free to be used again. */
    long bytes(Connection connection) throws SQLException;

    /** Gives back some of what is free; between two transactions. */
    void tidy(Connection connection) throws SQLException;

    /** Where it is, for people. */
    @Override
    String toString();

    @Override
    void close();
}
