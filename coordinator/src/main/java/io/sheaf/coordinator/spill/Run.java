package io.sheaf.coordinator.spill;

import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import io.sheaf.protocol.wire.RecordCodec;
import io.sheaf.protocol.wire.WireOutput;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Pieces that lie together on disk, each beginning where the one before ends: so many small ones cost no more memory
 * than a large one.
 */
public record Run(List<Piece> pieces) {
    private static final RecordCodec<Run> CODEC = RecordCodec.of(Run.class);

    /** How it is written. */
    List<ByteBuffer> toBytes() {
        WireOutput out = new WireOutput();
        CODEC.write(this, out);
        return out.take();
    }

    static Run of(Bytes bytes) throws MalformedMessageException {
        return CODEC.fromBytes(bytes);
    }

    /** The piece with that index. */
    Piece at(long index) {
        int low = 0;
        int high = pieces.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (pieces.get(middle).from() <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return pieces.get(low);
    }
}
