package io.sheaf.protocol.wire;

/** Reads what {@link WireOutput} put, from one array, which the {@link Bytes} read from it keep alive. For one thread. */
public final class WireInput {
    private static final int DEEPEST = 200;

    private final byte[] array;
    private final int limit;
    private int at;
    private int depth;

    /** Reads the given bytes. */
    public WireInput(Bytes bytes) {
        array = bytes.array();
        at = bytes.offset();
        limit = at + bytes.length();
    }

    /** Eight bits, unsigned. */
    public int takeByte() throws MalformedMessageException {
        need(1);
        return array[at++] & 0xFF;
    }

    /** As put by {@link WireOutput#putNumber}. */
    public long takeNumber() throws MalformedMessageException {
        long rest = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int next = takeByte();
            rest |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return (rest >>> 1) ^ -(rest & 1);
            }
        }
        throw new MalformedMessageException("A number of more than 10 bytes at " + at);
    }

    /** A number that fits an {@code int}. */
    public int takeInt() throws MalformedMessageException {
        long value = takeNumber();
        if (value != (int) value) {
            throw new MalformedMessageException("The number " + value + " at " + at + " is out of range");
        }
        return (int) value;
    }

    /** A length, checked against what can still follow, so that no bad length makes a large allocation. */
    public int takeLength() throws MalformedMessageException {
        long length = takeNumber();
        if (length < 0 || length > limit - at) {
            throw new MalformedMessageException("A length of " + length + " with " + (limit - at) + " bytes left");
        }
        return (int) length;
    }

    /** A length and UTF-8. */
    public String takeText() throws MalformedMessageException {
        return takeBytes().text();
    }

    /** A length and that many bytes, not copied. */
    public Bytes takeBytes() throws MalformedMessageException {
        int length = takeLength();
        Bytes bytes = Bytes.wrap(array, at, length);
        at += length;
        return bytes;
    }

    /** Whether nothing is left. */
    public boolean isAtEnd() {
        return at == limit;
    }

    /** To be called around each nested value, so that a hostile message ends in an error and not in a stack overflow. */
    void enter() throws MalformedMessageException {
        if (++depth > DEEPEST) {
            throw new MalformedMessageException("Nested more than " + DEEPEST + " deep");
        }
    }

    void leave() {
        depth--;
    }

    private void need(int count) throws MalformedMessageException {
        if (limit - at < count) {
            throw new MalformedMessageException("Ends in the middle of a value");
        }
    }
}
