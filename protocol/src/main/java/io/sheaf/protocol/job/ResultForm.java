package io.sheaf.protocol.job;

/** What an executor makes of a result before it leaves the process. */
public enum ResultForm {
    /** The object itself, packed, for a Java caller. */
    OBJECT,
    /** The object within an {@link io.sheaf.protocol.item.Timed}. */
    TIMED,
    /** The line that the command line prints. */
    TEXT,
    /** A JSON document, in one line. */
    JSON,
    /** As {@link #TEXT}, within a {@link io.sheaf.protocol.item.Stamped}. */
    STAMPED_TEXT,
    /** As {@link #JSON}, within a {@link io.sheaf.protocol.item.Stamped}. */
    STAMPED_JSON
}
