package io.sheaf.coordinator.journal;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import io.sheaf.protocol.wire.RecordCodec;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Bodies as they are stored: as they are, or deflated where that saves more than an eighth. For one thread. */
final class Packing implements AutoCloseable {
    private static final RecordCodec<Segment> SEGMENTS = RecordCodec.of(Segment.class);
    private static final int WORTH_TRYING = 512;
    /** So much of a long body tells whether the rest is worth it. */
    private static final int SAMPLE = 8 << 10;

    private static final byte PLAIN = 0;
    private static final byte DEFLATED = 1;
    private static final int HEADER = 5;

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final Inflater inflater = new Inflater(true);

    byte[] pack(Segment segment) {
        Bytes bytes = SEGMENTS.toBytes(segment);
        if (bytes.length() >= WORTH_TRYING && (bytes.length() <= 2 * SAMPLE || saves(bytes.slice(0, SAMPLE)))) {
            byte[] packed = new byte[HEADER + bytes.length() - bytes.length() / 8];
            int length = deflate(bytes, packed, HEADER);
            if (length > 0) {
                packed[0] = DEFLATED;
                for (int i = 1; i < HEADER; i++) {
                    packed[i] = (byte) (bytes.length() >>> (8 * (HEADER - 1 - i)));
                }
                return Arrays.copyOf(packed, HEADER + length);
            }
        }
        byte[] plain = new byte[1 + bytes.length()];
        plain[0] = PLAIN;
        System.arraycopy(bytes.array(), bytes.offset(), plain, 1, bytes.length());
        return plain;
    }

    private boolean saves(Bytes sample) {
        return deflate(sample, new byte[sample.length() - sample.length() / 8], 0) > 0;
    }

    /** Returns how many bytes it took, or 0 when there is not enough room. */
    private int deflate(Bytes from, byte[] into, int offset) {
        deflater.reset();
        deflater.setInput(from.array(), from.offset(), from.length());
        deflater.finish();
        int length = deflater.deflate(into, offset, into.length - offset);
        return deflater.finished() ? length : 0;
    }

    Segment unpack(byte[] stored) throws MalformedMessageException {
        if (stored.length > 0 && stored[0] == PLAIN) {
            return SEGMENTS.fromBytes(Bytes.wrap(stored, 1, stored.length - 1));
        }
        if (stored.length < HEADER || stored[0] != DEFLATED) {
            throw new MalformedMessageException("A body of an unknown kind");
        }
        int length = 0;
        for (int i = 1; i < HEADER; i++) {
            length = (length << 8) | (stored[i] & 0xFF);
        }
        if (length < 0) {
            throw new MalformedMessageException("A body of an impossible length");
        }
        byte[] plain = new byte[length];
        inflater.reset();
        inflater.setInput(stored, HEADER, stored.length - HEADER);
        try {
            if (inflater.inflate(plain) != length) {
                throw new MalformedMessageException("A body that ends too early");
            }
        } catch (DataFormatException e) {
            throw new MalformedMessageException("A body that cannot be unpacked: " + e.getMessage());
        }
        return SEGMENTS.fromBytes(Bytes.wrap(plain));
    }

    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
