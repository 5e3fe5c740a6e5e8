package io.sheaf.protocol.item;

import io.sheaf.protocol.wire.Bytes;

/**
 * A run of neighbouring items, or of their results, in one encoding. Slicing copies nothing.
 *
 * @param from the index of the first
 * @param count how many
 * @param encoding how they are written
 * @param base what to subtract from each end: where this slice began in the segment it was cut from
 * @param ends where each ends in {@code data}, four bytes each, most significant first; empty for encodings of fixed
 *     width
 * @param data the values, one after the other
 */
public record Segment(long from, int count, Encoding encoding, int base, Bytes ends, Bytes data) {
    /** @throws IllegalArgumentException when the lengths contradict each other, so that no later access can fail */
    public Segment {
        int width = encoding.width();
        if (count < 0 || from < 0 || from > Long.MAX_VALUE - count) {
            throw new IllegalArgumentException("A segment of " + count + " from " + from);
        }
        if (width >= 0 ? data.length() != (long) width * count : ends.length() != 4L * count) {
            throw new IllegalArgumentException("A segment of " + count + " " + encoding + " in " + data.length()
                    + " bytes with " + ends.length() + " bytes of ends");
        }
        if (width < 0) {
            checkEnds(count, base, ends, data.length());
        }
    }

    /** Each of them, because whoever slices or reads a segment trusts them, the coordinator's only thread among others. */
    private static void checkEnds(int count, int base, Bytes ends, int length) {
        long last = 0;
        for (int i = 0; i < count; i++) {
            long end = (long) ends.intAt(4 * i) - base;
            if (end < last) {
                throw new IllegalArgumentException("A segment whose value " + i + " ends before it begins");
            }
            last = end;
        }
        if (last != length) {
            throw new IllegalArgumentException("A segment whose last end is not the end of its data");
        }
    }

    /** The {@code Long}s {@code first}, {@code first + 1} and so on. */
    public static Segment ofLongs(long from, int count, long first) {
        ByteRun data = new ByteRun();
        for (int i = 0; i < count; i++) {
            data.putLong(first + i);
        }
        return new Segment(from, count, Encoding.LONG, 0, Bytes.EMPTY, data.take());
    }

    /** One {@code byte[]}, which is not copied. */
    public static Segment ofBytes(long index, byte[] value) {
        ByteRun ends = new ByteRun();
        ends.putInt(value.length);
        return new Segment(index, 1, Encoding.BYTES, 0, ends.take(), Bytes.wrap(value));
    }

    /** The index after the last. */
    public long to() {
        return from + count;
    }

    /** What it takes in memory and on the wire, in bytes, nearly. */
    public long size() {
        return 32L + ends.length() + data.length();
    }

    /** What it takes while it is kept, in bytes, nearly: {@link #size} and what the objects around it take. */
    public long cost() {
        return size() + 256;
    }

    /**
     * The part with the indexes from {@code first} to before {@code after}.
     *
     * @throws IndexOutOfBoundsException when these are not in this segment
     */
    public Segment slice(long first, long after) {
        if (first < from || after < first || after > to()) {
            throw new IndexOutOfBoundsException(first + ".." + after + " of " + from + ".." + to());
        }
        if (first == from && after == to()) {
            return this;
        }
        int start = (int) (first - from);
        int end = (int) (after - from);
        Bytes values = data.slice(startOf(start), startOf(end));
        if (encoding.width() >= 0) {
            return new Segment(first, end - start, encoding, 0, Bytes.EMPTY, values);
        }
        return new Segment(first, end - start, encoding, base + startOf(start), ends.slice(4 * start, 4 * end), values);
    }

    /** The same values under other indexes. */
    public Segment at(long first) {
        return new Segment(first, count, encoding, base, ends, data);
    }

    /** Copied out of the larger arrays that it may keep alive. */
    public Segment compact() {
        return new Segment(from, count, encoding, base, ends.compact(), data.compact());
    }

    /** The bytes of one value. */
    Bytes value(long index) {
        int position = (int) (index - from);
        return data.slice(startOf(position), startOf(position + 1));
    }

    private int startOf(int position) {
        int width = encoding.width();
        if (width >= 0) {
            return position * width;
        }
        return position == 0 ? 0 : ends.intAt(4 * (position - 1)) - base;
    }
}
