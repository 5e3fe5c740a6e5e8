package io.sheaf.protocol.wire;

import java.util.HashMap;
import java.util.Map;

/**
 * Writes and reads the records of a conversation: the components in order, a sealed interface as the position of the
 * case among its permitted types. So the order of components and cases is part of the protocol; peers compare its
 * version before anything else.
 *
 * <p>Components may be {@code boolean int long String Bytes}, enums, records, sealed interfaces of records,
 * {@code Optional OptionalInt OptionalLong} and {@code List} of these. Safe for use by many threads.
 *
 * @param <T> what is written and read
 */
public final class RecordCodec<T> {
    private final Class<T> type;
    private final Coder coder;

    private RecordCodec(Class<T> type, Coder coder) {
        this.type = type;
        this.coder = coder;
    }

    /**
     * A codec for a record, or for a sealed interface of records.
     *
     * @throws IllegalArgumentException when a component is of another type
     */
    public static <T> RecordCodec<T> of(Class<T> type) {
        Map<Class<?>, Coder> known = new HashMap<>();
        return new RecordCodec<>(type, Coders.of(type, known));
    }

    /** Appends the value. */
    public void write(T value, WireOutput out) {
        coder.write(value, out);
    }

    /**
     * Reads a value, which must be all that is left.
     *
     * @throws MalformedMessageException when these bytes are not such a value
     */
    public T read(WireInput in) throws MalformedMessageException {
        T value = type.cast(coder.read(in));
        if (!in.isAtEnd()) {
            throw new MalformedMessageException(
                    "Something follows a " + value.getClass().getSimpleName());
        }
        return value;
    }

    /** The value as bytes of its own. */
    public Bytes toBytes(T value) {
        WireOutput out = new WireOutput();
        write(value, out);
        return out.toBytes();
    }

    /** The value that these bytes are. */
    public T fromBytes(Bytes bytes) throws MalformedMessageException {
        return read(new WireInput(bytes));
    }

    /** Writes and reads values of one type. */
    interface Coder {
        void write(Object value, WireOutput out);

        Object read(WireInput in) throws MalformedMessageException;
    }
}
