package io.sheaf.protocol.function;

import io.sheaf.RemoteBinaryOperator;
import io.sheaf.RemoteFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function and what combines its results, as one of lists of neighbouring items, at least one each.
 *
 * @param function is applied to each item
 * @param combiner combines the results, from the first to the last
 * @param <T> the item
 * @param <R> the result
 */
public record BatchFunction<T, R>(RemoteFunction<? super T, ? extends R> function, RemoteBinaryOperator<R> combiner)
        implements RemoteFunction<List<@Nullable Object>, R> {
    /** @throws BatchItemException when an item of several fails; a single one throws what it throws */
    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // what the caller gave, and what the caller's functions return
    public R apply(List<@Nullable Object> items) throws Exception {
        if (items.size() == 1) {
            return function.apply((T) items.get(0));
        }
        R combined = null;
        for (int position = 0; position < items.size(); position++) {
            try {
                R result = function.apply((T) items.get(position));
                combined = position == 0 ? result : combiner.apply(combined, result);
            } catch (Exception | Error e) {
                throw new BatchItemException(position, e);
            }
        }
        return combined;
    }
}
