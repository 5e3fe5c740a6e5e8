package io.sheaf.protocol.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An immutable run of bytes, possibly a part of a larger array that it keeps alive. Whoever wraps an array gives it
 * away: it must not be changed afterwards. Safe for use by many threads.
 */
public final class Bytes {
    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

    private final byte[] array;
    private final int offset;
    private final int length;

    private Bytes(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** The whole array, not copied. */
    public static Bytes wrap(byte[] array) {
        return new Bytes(array, 0, array.length);
    }

    /** A part of the array, not copied. */
    public static Bytes wrap(byte[] array, int offset, int length) {
        if (offset < 0 || length < 0 || offset + length > array.length) {
            throw new IndexOutOfBoundsException(offset + "+" + length + " of " + array.length);
        }
        return new Bytes(array, offset, length);
    }

    /** The text in UTF-8. */
    public static Bytes ofText(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** How many bytes. */
    public int length() {
        return length;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return length == 0;
    }

    /** The byte at the position. */
    public byte at(int position) {
        return array[offset + position];
    }

    /** The four bytes from that position on, most significant first. */
    public int intAt(int position) {
        int at = offset + position;
        return (array[at] << 24)
                | ((array[at + 1] & 0xFF) << 16)
                | ((array[at + 2] & 0xFF) << 8)
                | (array[at + 3] & 0xFF);
    }

    /** The eight bytes from that position on, most significant first. */
    public long longAt(int position) {
        return ((long) intAt(position) << 32) | (intAt(position + 4) & 0xFFFFFFFFL);
    }

    /** A part, not copied. */
    public Bytes slice(int from, int to) {
        if (from < 0 || to < from || to > length) {
            throw new IndexOutOfBoundsException(from + ".." + to + " of " + length);
        }
        return new Bytes(array, offset + from, to - from);
    }

    /** The backing array, to be read only, from {@link #offset()} on. */
    public byte[] array() {
        return array;
    }

    /** Where this run starts in {@link #array()}. */
    public int offset() {
        return offset;
    }

    /** A read-only view. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
    }

    /** A copy. */
    public byte[] copy() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** This run in an array of its own when it is a small part of a large one, so that it does not keep that alive. */
    public Bytes compact() {
        return array.length > 2 * length + 64 ? wrap(copy()) : this;
    }

    /** The bytes read as UTF-8. */
    public String text() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that
                && Arrays.equals(array, offset, offset + length, that.array, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return length + " bytes";
    }
}
