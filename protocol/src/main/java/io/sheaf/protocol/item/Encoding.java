package io.sheaf.protocol.item;

import java.util.List;
import java.util.Optional;

/** How the values of a segment are written: with a width in bytes, or each with an end of its own. */
public enum Encoding {
    /** Nothing at all. */
    NULL(0),
    /** A {@code Boolean}, 0 or 1. */
    BOOLEAN(1),
    /** A {@code Byte}. */
    BYTE(1),
    /** A {@code Short}, most significant byte first, as all numbers. */
    SHORT(2),
    /** A {@code Character}. */
    CHAR(2),
    /** An {@code Integer}. */
    INT(4),
    /** A {@code Long}. */
    LONG(8),
    /** A {@code Float}. */
    FLOAT(4),
    /** A {@code Double}. */
    DOUBLE(8),
    /** A {@code String} in UTF-8. */
    STRING(-1),
    /** A {@code byte[]}. */
    BYTES(-1),
    /** A {@code java.nio.file.Path} of the default file system, in UTF-8. */
    PATH(-1),
    /** A {@code java.net.URI}, in UTF-8. */
    URI(-1),
    /** An {@code ArrayList} of values that need no Java serialization: a segment of its elements. */
    LIST(-1),
    /** The same for what {@code List.of} makes. */
    IMMUTABLE_LIST(-1),
    /** Anything else, in Java serialization. */
    SERIALIZED(-1),
    /** Values of several encodings: each begins with the position of its own in this enum, in a byte. */
    MIXED(-1);

    private static final List<Encoding> ALL = List.of(values());

    private final int width;

    Encoding(int width) {
        this.width = width;
    }

    /** How many bytes each value takes; negative when that differs. */
    public int width() {
        return width;
    }

    /** What stands for this encoding before a value in a mixed segment. */
    int code() {
        return ALL.indexOf(this);
    }

    /** The encoding of that code, if it may stand before a value. */
    static Optional<Encoding> ofCode(int code) {
        return code >= 0 && code < MIXED.code() ? Optional.of(ALL.get(code)) : Optional.empty();
    }
}
