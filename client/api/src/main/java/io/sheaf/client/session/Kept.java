package io.sheaf.client.session;

import io.sheaf.ClusterUnreachableException;

/** What goes on over the next connection when one is lost. */
interface Kept {
    /**
     * Goes on over a connection, unless it has been over a later one.
     *
     * @param number of the connection, from 1, ever higher
     */
    void begin(long number, SocketSession session);

    /**
     * The connection has ended.
     *
     * @param message for people: what happened, and what is tried now
     */
    void disconnected(long number, ClusterUnreachableException why, String message);

    /** There will be no connection any more. */
    void fail(ClusterUnreachableException why);

    /** Gives the connections. */
    interface Owner {
        /** Nothing follows about this one. */
        void over(Kept kept);

        /** It needs a connection. */
        void stranded();
    }
}
