package io.sheaf.client.pool;

import io.sheaf.RemoteBinaryOperator;
import io.sheaf.RemoteTaskException;
import io.sheaf.TaskFailedException;
import io.sheaf.client.backend.Assignment;
import io.sheaf.protocol.function.BatchItemException;
import io.sheaf.protocol.item.Timed;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Combines the results of all items: workers do so within batches of neighbours, this thread with what comes of these,
 * in their order, and such that partial results are combined with others of about as many batches.
 */
final class Reduction<R> {
    private final RemoteBinaryOperator<R> combiner;
    private final Batches batches;
    private final LazyResults<Timed> results;
    private final ArrayDeque<Partial<R>> partials = new ArrayDeque<>();

    /** What came of 2 to the power of {@code rank} batches, the first of which is given. */
    private record Partial<R>(
            Batches.Batch first, int rank, @Nullable R value) {}

    Reduction(PoolCore core, Assignment assignment, RemoteBinaryOperator<R> combiner, Iterable<?> items) {
        this.combiner = combiner;
        this.batches = new Batches(core, items, assignment.options());
        this.results = new LazyResults<>(core, assignment, batches, LazyResults.Reading.TO_THE_END);
    }

    Optional<R> run() {
        try (results) {
            while (results.hasNext()) {
                add();
            }
            while (partials.size() > 1) {
                combineLast();
            }
            Partial<R> all = partials.peek();
            return all == null ? Optional.empty() : Optional.of(checked(all.value()));
        }
    }

    private static <R> R checked(@Nullable R value) {
        if (value == null) {
            throw new NullPointerException("What was combined of all results is null, which no Optional can hold");
        }
        return value;
    }

    @SuppressWarnings("unchecked") // the caller's types say what the function returns
    private void add() {
        Timed timed;
        try {
            timed = results.next();
        } catch (TaskFailedException e) {
            Batches.Batch batch = batches.nextInOrder();
            // Where no batch is left, this is what reading the items threw.
            throw batch == null ? e : ofItem(batch, e);
        }
        Batches.Batch batch = Objects.requireNonNull(batches.nextInOrder());
        batches.took(batch, timed.nanos());
        partials.addLast(new Partial<>(batch, 0, (R) timed.value()));
        while (lastTwoAreAlike()) {
            combineLast();
        }
    }

    private boolean lastTwoAreAlike() {
        if (partials.size() < 2) {
            return false;
        }
        Partial<R> last = partials.removeLast();
        int before = partials.getLast().rank();
        partials.addLast(last);
        return before == last.rank();
    }

    @SuppressWarnings("NullAway") // whether the combiner takes null is its author's affair
    private void combineLast() {
        Partial<R> second = partials.removeLast();
        Partial<R> first = partials.removeLast();
        try {
            R value = combiner.apply(first.value(), second.value());
            partials.addLast(new Partial<>(first.first(), second.rank() + 1, value));
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            long index = second.first().from();
            throw new TaskFailedException(
                    "Combining what came of the items before item " + index + " with what came from it on failed: " + e,
                    e,
                    index,
                    1,
                    "the caller");
        }
    }

    /** The same about the item that failed, where it is known which of a batch that was. */
    private static TaskFailedException ofItem(Batches.Batch batch, TaskFailedException e) {
        Throwable thrown = e.getCause();
        if (thrown == null) {
            return e;
        }
        OptionalInt position = positionIn(thrown);
        Throwable cause = position.isPresent() && thrown.getCause() != null ? thrown.getCause() : thrown;
        long index = batch.from() + position.orElse(0);
        String which = position.isPresent() || batch.count() == 1
                ? "Item " + index
                : "One of the items " + index + " to " + (index + batch.count() - 1);
        return new TaskFailedException(
                which + " failed on " + e.worker() + ": " + Failures.headline(cause),
                cause,
                index,
                e.attempts(),
                e.worker());
    }

    private static OptionalInt positionIn(Throwable thrown) {
        if (thrown instanceof BatchItemException of) {
            return OptionalInt.of(of.position());
        }
        boolean described = thrown instanceof RemoteTaskException remote
                && remote.remoteClassName().equals(BatchItemException.class.getName());
        return described ? BatchItemException.positionIn(String.valueOf(thrown.getMessage())) : OptionalInt.empty();
    }
}
