package io.sheaf.protocol.function;

import io.sheaf.RemoteBiFunction;
import io.sheaf.RemoteFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of two arguments as one of lists of two.
 *
 * @param function is applied to the two
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <R> the result
 */
public record PairFunction<A, B, R>(RemoteBiFunction<? super A, ? super B, ? extends R> function)
        implements RemoteFunction<List<@Nullable Object>, R> {
    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // what the caller gave in step
    public R apply(List<@Nullable Object> pair) throws Exception {
        return function.apply((A) pair.get(0), (B) pair.get(1));
    }
}
