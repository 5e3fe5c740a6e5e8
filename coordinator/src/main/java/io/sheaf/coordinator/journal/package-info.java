/**
 * What outlives the coordinator's process: durable jobs, written down before anybody acts on what became of them. Read
 * {@link Journal} first, then {@link Entry} and {@code JdbcJournal}; {@code SqliteDatabase} is what it is kept in.
 */
@NullMarked
package io.sheaf.coordinator.journal;

import org.jspecify.annotations.NullMarked;
