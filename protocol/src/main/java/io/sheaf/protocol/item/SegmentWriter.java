package io.sheaf.protocol.item;

import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.RecordCodec;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects values into a segment. The first value fixes the encoding; one that differs makes it
 * {@link Encoding#MIXED}. For one thread.
 */
public final class SegmentWriter {
    /** What one value may take at most, in bytes: half of what a message may, so that it fits with its neighbours. */
    public static final int LARGEST_VALUE = Connection.FRAME_LIMIT / 2;

    static final RecordCodec<Segment> LISTS = RecordCodec.of(Segment.class);

    private Encoding encoding = Encoding.NULL;
    /** The class of all values so far, where it alone fixes the encoding and that is of fixed width. */
    private @Nullable Class<?> all;

    private int count;
    private final ByteRun data = new ByteRun();
    private final ByteRun ends = new ByteRun();

    /**
     * Appends a value.
     *
     * @throws IOException when it cannot be serialized; then this writer is as before
     */
    public void add(@Nullable Object value) throws IOException {
        if (value != null && value.getClass() == all) {
            putFixed(encoding, value);
            count++;
            return;
        }
        Encoding kind = Encodings.of(value);
        if (value == null) {
            append(kind, kind, Bytes.EMPTY);
        } else {
            append(kind, value, kind.width() >= 0 ? Bytes.EMPTY : body(kind, value));
        }
    }

    private void append(Encoding kind, Object value, Bytes body) throws IOException {
        if (body.length() > LARGEST_VALUE) {
            throw new IOException("it takes " + body.length() + " bytes, and at most " + LARGEST_VALUE
                    + " can be sent; send the name of a file instead");
        }
        if (count == 0) {
            encoding = kind;
            all = kind.width() > 0 ? value.getClass() : null;
        } else if (encoding != kind && encoding != Encoding.MIXED) {
            mix();
        }
        if (encoding == Encoding.MIXED) {
            data.putByte(kind.code());
        }
        if (kind.width() >= 0) {
            putFixed(kind, value);
        } else {
            data.put(body);
        }
        if (encoding.width() < 0) {
            ends.putInt(data.length());
        }
        count++;
    }

    /** How many values. */
    public int count() {
        return count;
    }

    /** How many bytes they take by now. */
    public int size() {
        return data.length() + ends.length();
    }

    /** The values under these indexes; this writer starts anew. */
    public Segment take(long from) {
        Segment segment = new Segment(from, count, encoding, 0, ends.take(), data.take());
        count = 0;
        encoding = Encoding.NULL;
        all = null;
        return segment;
    }

    private void mix() {
        Segment before = new Segment(0, count, encoding, 0, ends.take(), data.take());
        for (int i = 0; i < before.count(); i++) {
            data.putByte(before.encoding().code());
            data.put(before.value(i));
            ends.putInt(data.length());
        }
        encoding = Encoding.MIXED;
        all = null;
    }

    private void putFixed(Encoding kind, Object value) {
        switch (kind) {
            case NULL -> {}
            case BOOLEAN -> data.putByte((Boolean) value ? 1 : 0);
            case BYTE -> data.putByte((Byte) value);
            case SHORT -> data.putShort((Short) value);
            case CHAR -> data.putShort((Character) value);
            case INT -> data.putInt((Integer) value);
            case LONG -> data.putLong((Long) value);
            case FLOAT -> data.putInt(Float.floatToRawIntBits((Float) value));
            case DOUBLE -> data.putLong(Double.doubleToRawLongBits((Double) value));
            default -> throw new IllegalStateException(kind + " has no fixed width");
        }
    }

    private static Bytes body(Encoding kind, Object value) throws IOException {
        return switch (kind) {
            case STRING -> Bytes.wrap(((String) value).getBytes(StandardCharsets.UTF_8));
            case PATH -> Bytes.ofText(value.toString());
            case URI -> Bytes.ofText(((URI) value).toString());
            case BYTES -> Bytes.wrap((byte[]) value);
            case LIST, IMMUTABLE_LIST -> list((List<?>) value);
            default -> JavaSerialization.write(value);
        };
    }

    private static Bytes list(List<?> values) throws IOException {
        SegmentWriter writer = new SegmentWriter();
        for (Object value : values) {
            writer.add(value);
        }
        return LISTS.toBytes(writer.take(0));
    }
}
