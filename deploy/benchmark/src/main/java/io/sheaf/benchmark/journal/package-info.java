/** What durability costs, and what a restart takes: {@link JournalMain} measures. */
@NullMarked
package io.sheaf.benchmark.journal;

import org.jspecify.annotations.NullMarked;
