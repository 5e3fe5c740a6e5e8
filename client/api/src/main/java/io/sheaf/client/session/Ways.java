package io.sheaf.client.session;

import io.sheaf.ClusterUnreachableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where a coordinator may be. Of several one is at work, and the others listen at none of their ports; when it has ended,
 * another takes its place within seconds. So all are asked at the same time, again and again, and the first that answers is
 * it. Safe for use by many threads.
 */
final class Ways {
    /** One that is frozen takes connections, and says nothing. */
    private static final int PATIENCE_MILLIS = 2_500;

    private static final int PATIENCE_ASIDE_MILLIS = 800;
    private final List<CoordinatorAddress> addresses;
    private final long limitMillis;
    private final Reach reach;

    /** How one of them is reached. */
    interface Reach {
        /**
         * Asks whether it is at work.
         *
         * @throws ClusterUnreachableException when no coordinator answers there in time
         * @throws RequestFailedException when it does not let this client in
         */
        void ask(CoordinatorAddress address, int patienceMillis);

        /**
         * As {@link ReconnectingSession.Opening#open}.
         *
         * @param others asked which other one is at work when nothing is heard of this one
         */
        SocketSession open(
                CoordinatorAddress address,
                Consumer<ClusterUnreachableException> lost,
                Supplier<Optional<String>> others);
    }

    /** @param limitMillis for how long several are asked before it is clear that none is at work */
    Ways(List<CoordinatorAddress> addresses, long limitMillis, Reach reach) {
        this.addresses = addresses;
        this.limitMillis = limitMillis;
        this.reach = reach;
    }

    /** As {@link ReconnectingSession.Opening#open}. */
    SocketSession open(Consumer<ClusterUnreachableException> lost) {
        CoordinatorAddress active = addresses.size() == 1 ? addresses.get(0) : active();
        return reach.open(active, lost, () -> otherThan(active));
    }

    private CoordinatorAddress active() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        return new Search(addresses, reach, PATIENCE_MILLIS, deadline).first();
    }

    private Optional<String> otherThan(CoordinatorAddress silent) {
        List<CoordinatorAddress> others =
                addresses.stream().filter(address -> !address.equals(silent)).toList();
        try {
            return others.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Search(others, reach, PATIENCE_ASIDE_MILLIS, System.nanoTime()).first())
                            .map(CoordinatorAddress::toString);
        } catch (ClusterUnreachableException | RequestFailedException e) {
            return Optional.empty();
        }
    }
}
