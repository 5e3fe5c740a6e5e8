package io.sheaf.protocol.item;

import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of segments. Safe for use by many threads.
 *
 * @param classes knows the classes of values in Java serialization
 * @param guarded whether values in Java serialization come from where others' code runs, so that not every class is let
 *     in, see {@link JavaSerialization#readGuarded}
 */
public record SegmentReader(ClassLoader classes, boolean guarded) {
    /** Reads what this process's own user has written. */
    public SegmentReader(ClassLoader classes) {
        this(classes, false);
    }

    /**
     * The value with that index.
     *
     * @throws IOException when its bytes are damaged, or its own code for reading fails
     * @throws ClassNotFoundException when its class is not known
     */
    public @Nullable Object read(Segment segment, long index) throws IOException, ClassNotFoundException {
        try {
            return read(segment, index, 0);
        } catch (IllegalArgumentException e) {
            throw new IOException("Item " + index + " is damaged: " + e.getMessage(), e);
        }
    }

    private @Nullable Object read(Segment segment, long index, int depth) throws IOException, ClassNotFoundException {
        Bytes bytes = segment.value(index);
        if (segment.encoding() != Encoding.MIXED) {
            return read(segment.encoding(), bytes, depth);
        }
        Encoding encoding = (bytes.isEmpty() ? Optional.<Encoding>empty() : Encoding.ofCode(bytes.at(0)))
                .orElseThrow(() -> new IOException("Item " + index + " is written in an unknown way"));
        return read(encoding, bytes.slice(1, bytes.length()), depth);
    }

    private @Nullable Object read(Encoding encoding, Bytes bytes, int depth)
            throws IOException, ClassNotFoundException {
        if (encoding.width() >= 0 && encoding.width() != bytes.length()) {
            throw new IOException("A " + encoding + " of " + bytes.length() + " bytes");
        }
        return switch (encoding) {
            case NULL -> null;
            case BOOLEAN -> bytes.at(0) != 0;
            case BYTE -> bytes.at(0);
            case SHORT -> (short) ((bytes.at(0) << 8) | (bytes.at(1) & 0xFF));
            case CHAR -> (char) ((bytes.at(0) << 8) | (bytes.at(1) & 0xFF));
            case INT -> bytes.intAt(0);
            case LONG -> bytes.longAt(0);
            case FLOAT -> Float.intBitsToFloat(bytes.intAt(0));
            case DOUBLE -> Double.longBitsToDouble(bytes.longAt(0));
            case STRING -> bytes.text();
            case BYTES -> bytes.copy();
            case PATH -> Path.of(bytes.text());
            case URI -> URI.create(bytes.text());
            case LIST -> list(bytes, depth);
            case IMMUTABLE_LIST -> immutable(list(bytes, depth));
            case SERIALIZED ->
                guarded ? JavaSerialization.readGuarded(bytes, classes) : JavaSerialization.read(bytes, classes);
            case MIXED -> throw new IOException("A mixed value in a mixed segment");
        };
    }

    private List<@Nullable Object> list(Bytes bytes, int depth) throws IOException, ClassNotFoundException {
        if (depth >= Encodings.DEEPEST) {
            throw new IOException("Lists are nested deeper than they are ever written");
        }
        Segment elements = SegmentWriter.LISTS.fromBytes(bytes);
        List<@Nullable Object> values = new ArrayList<>(elements.count());
        for (int i = 0; i < elements.count(); i++) {
            values.add(read(elements, elements.from() + i, depth + 1));
        }
        return values;
    }

    private static List<Object> immutable(List<@Nullable Object> values) throws IOException {
        if (values.contains(null)) {
            throw new IOException("An immutable list with null in it");
        }
        return List.copyOf(values);
    }
}
