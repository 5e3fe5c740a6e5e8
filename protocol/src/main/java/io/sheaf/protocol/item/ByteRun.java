package io.sheaf.protocol.item;

import io.sheaf.protocol.wire.Bytes;
import java.util.Arrays;

/** A growing run of bytes. For one thread. */
final class ByteRun {
    private byte[] array = new byte[64];
    private int length;

    int length() {
        return length;
    }

    void putByte(int value) {
        ensure(1);
        array[length++] = (byte) value;
    }

    void putShort(int value) {
        putByte(value >> 8);
        putByte(value);
    }

    void putInt(int value) {
        ensure(4);
        array[length++] = (byte) (value >> 24);
        array[length++] = (byte) (value >> 16);
        array[length++] = (byte) (value >> 8);
        array[length++] = (byte) value;
    }

    void putLong(long value) {
        putInt((int) (value >> 32));
        putInt((int) value);
    }

    void put(Bytes bytes) {
        ensure(bytes.length());
        System.arraycopy(bytes.array(), bytes.offset(), array, length, bytes.length());
        length += bytes.length();
    }

    /** What was put; this run starts anew. */
    Bytes take() {
        Bytes taken = length == 0 ? Bytes.EMPTY : Bytes.wrap(array, 0, length);
        array = new byte[Math.min(Math.max(64, length), 1 << 16)];
        length = 0;
        return taken;
    }

    private void ensure(int more) {
        if (array.length - length < more) {
            long wanted = Math.max((long) length + more, 2L * array.length);
            array = Arrays.copyOf(array, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
    }
}
