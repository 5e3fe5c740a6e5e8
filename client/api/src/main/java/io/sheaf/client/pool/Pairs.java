package io.sheaf.client.pool;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Two sequences in step, as lists of two, up to the end of the shorter one. */
record Pairs(Iterable<?> firsts, Iterable<?> seconds) implements Iterable<List<@Nullable Object>> {
    @Override
    public Iterator<List<@Nullable Object>> iterator() {
        Iterator<?> first = firsts.iterator();
        Iterator<?> second = seconds.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return first.hasNext() && second.hasNext();
            }

            @Override
            public List<@Nullable Object> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                List<@Nullable Object> pair = new ArrayList<>(2);
                pair.add(first.next());
                pair.add(second.next());
                return pair;
            }
        };
    }
}
