package io.sheaf.worker.execution;

import io.sheaf.protocol.job.JobId;
import java.util.OptionalLong;

/**
 * One item that is to end in an executor, though its neighbours are not.
 *
 * @param batch of which
 * @param index which
 * @param limit for how long it may run, in nanoseconds, when it is stopped for that; empty when it is not wanted here
 */
record Halt(Batch batch, long index, OptionalLong limit) {
    JobId job() {
        return batch.job();
    }

    boolean isIn(Piece piece) {
        return piece.lease().equals(batch.piece().lease()) && piece.contains(index);
    }
}
