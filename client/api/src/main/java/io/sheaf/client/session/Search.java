package io.sheaf.client.session;

import io.sheaf.ClusterUnreachableException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Who of several answers first: each is asked in a thread of its own, once and then again until time is up. */
final class Search {
    private static final long AGAIN_MILLIS = 200;

    private final List<CoordinatorAddress> addresses;
    private final Ways.Reach reach;
    private final int patienceMillis;
    private final long deadline;
    private final CompletableFuture<CoordinatorAddress> answered = new CompletableFuture<>();
    private final Map<CoordinatorAddress, String> troubles = new ConcurrentHashMap<>();
    private final AtomicInteger asking;

    /**
     * To be run once.
     *
     * @param addresses at least one
     * @param patienceMillis for how long an answer is waited for
     * @param deadline in nanoseconds of this JVM; nobody is asked again after it
     */
    Search(List<CoordinatorAddress> addresses, Ways.Reach reach, int patienceMillis, long deadline) {
        this.addresses = addresses;
        this.reach = reach;
        this.patienceMillis = patienceMillis;
        this.deadline = deadline;
        this.asking = new AtomicInteger(addresses.size());
    }

    /**
     * Returns it, as soon as it answers.
     *
     * @throws ClusterUnreachableException when nobody does in time
     * @throws RequestFailedException when one of them does not let this client in
     */
    CoordinatorAddress first() {
        addresses.forEach(address -> Aside.run("sheaf-search", () -> ask(address)));
        try {
            long left = Math.max(0, deadline - System.nanoTime()) + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
            return answered.get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw none();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException why) {
                throw why;
            }
            throw new IllegalStateException("Nobody could be asked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw none();
        }
    }

    private void ask(CoordinatorAddress address) {
        do {
            try {
                reach.ask(address, patienceMillis);
                answered.complete(address);
            } catch (ClusterUnreachableException e) {
                troubles.put(address, String.valueOf(e.getMessage()));
            } catch (RuntimeException | Error e) {
                answered.completeExceptionally(e);
            }
        } while (deadline - System.nanoTime() > 0 && isAskedAgain());
        if (asking.decrementAndGet() == 0) {
            answered.completeExceptionally(none());
        }
    }

    private boolean isAskedAgain() {
        try {
            answered.get(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException | InterruptedException e) {
            return false;
        }
    }

    private ClusterUnreachableException none() {
        String all = addresses.stream()
                .map(address -> troubles.getOrDefault(address, "Nobody has answered yet at " + address))
                .collect(Collectors.joining(". "));
        return new ClusterUnreachableException(all, null);
    }
}
