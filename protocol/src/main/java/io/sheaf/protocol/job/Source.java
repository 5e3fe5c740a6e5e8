package io.sheaf.protocol.job;

/** Where a job's items come from. */
public sealed interface Source {

    /** The client sends them. */
    record Streamed() implements Source {}

    /**
     * Whole numbers, computed where they are used; item {@code i} is the {@code Long} {@code first + i}.
     *
     * @param first the first item
     * @param last the last item, inclusive; before {@code first}: no items
     */
    record Range(long first, long last) implements Source {

        /** How many items; 0 when {@code last} is before {@code first}. */
        public long count() {
            return last < first ? 0 : Math.addExact(Math.subtractExact(last, first), 1);
        }
    }
}
