package io.sheaf.protocol.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is to be written. Small values are copied into one buffer; a large {@link Bytes} is referred to, so that
 * a body is never copied on its way through a process. For one thread.
 */
public final class WireOutput {
    private static final int REFERRED_FROM = 2048;

    private final List<ByteBuffer> done = new ArrayList<>();
    private byte[] head = new byte[1024];
    private int start;
    private int end;
    private long size;

    /** Eight bits. */
    public void putByte(int value) {
        ensure(1);
        head[end++] = (byte) value;
    }

    /** Thirty-two bits, most significant first. */
    public void putInt(int value) {
        ensure(4);
        head[end++] = (byte) (value >>> 24);
        head[end++] = (byte) (value >>> 16);
        head[end++] = (byte) (value >>> 8);
        head[end++] = (byte) value;
    }

    /** One to ten bytes, fewer for numbers close to 0 of either sign. */
    public void putNumber(long value) {
        ensure(10);
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7FL) != 0) {
            head[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        head[end++] = (byte) rest;
    }

    /** A length and UTF-8. */
    public void putText(String text) {
        putBytes(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A length and the bytes. */
    public void putBytes(Bytes bytes) {
        putNumber(bytes.length());
        if (bytes.length() < REFERRED_FROM) {
            ensure(bytes.length());
            System.arraycopy(bytes.array(), bytes.offset(), head, end, bytes.length());
            end += bytes.length();
        } else {
            closeHead();
            done.add(ByteBuffer.wrap(bytes.array(), bytes.offset(), bytes.length()));
            size += bytes.length();
        }
    }

    /** How many bytes were put. */
    public long size() {
        return size + end - start;
    }

    /** What was put, to be written in this order; this output starts anew. */
    public List<ByteBuffer> take() {
        closeHead();
        List<ByteBuffer> taken = List.copyOf(done);
        done.clear();
        size = 0;
        return taken;
    }

    /** Writes what the body puts after its length in four bytes. */
    void putFrame(Runnable body) {
        ensure(4);
        byte[] array = head;
        int position = end;
        end += 4;
        long before = size();
        body.run();
        ByteBuffer.wrap(array).putInt(position, Math.toIntExact(size() - before));
    }

    private void closeHead() {
        if (end > start) {
            done.add(ByteBuffer.wrap(head, start, end - start));
            size += end - start;
            start = end;
        }
    }

    private void ensure(int length) {
        if (head.length - end >= length) {
            return;
        }
        // What lies before `start` is already referred to from `done`, so the array is left to it and never moved.
        closeHead();
        head = new byte[Math.max(length, Math.min(1 << 16, head.length * 2))];
        start = 0;
        end = 0;
    }

    /** A copy of all that was put, as one run. */
    public Bytes toBytes() {
        byte[] all = new byte[Math.toIntExact(size())];
        int at = 0;
        for (ByteBuffer part : take()) {
            int length = part.remaining();
            part.get(all, at, length);
            at += length;
        }
        return Bytes.wrap(all);
    }
}
