package io.sheaf.protocol.item;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which encoding a value gets. */
final class Encodings {
    /** Deeper lists, and those that contain themselves, go through Java serialization. */
    static final int DEEPEST = 8;

    private static final Class<?> SMALL_IMMUTABLE = List.of(1).getClass();
    private static final Class<?> IMMUTABLE = List.of(1, 2, 3).getClass();

    /** A value's class alone says its encoding. */
    private static final Map<Class<?>, Encoding> BY_CLASS = Map.ofEntries(
            Map.entry(Boolean.class, Encoding.BOOLEAN),
            Map.entry(Byte.class, Encoding.BYTE),
            Map.entry(Short.class, Encoding.SHORT),
            Map.entry(Character.class, Encoding.CHAR),
            Map.entry(Integer.class, Encoding.INT),
            Map.entry(Long.class, Encoding.LONG),
            Map.entry(Float.class, Encoding.FLOAT),
            Map.entry(Double.class, Encoding.DOUBLE),
            Map.entry(byte[].class, Encoding.BYTES),
            Map.entry(java.net.URI.class, Encoding.URI));

    private Encodings() {}

    static Encoding of(@Nullable Object value) {
        return of(value, 0);
    }

    private static Encoding of(@Nullable Object value, int depth) {
        if (value == null) {
            return Encoding.NULL;
        }
        if (value instanceof String text) {
            return wellFormed(text) ? Encoding.STRING : Encoding.SERIALIZED;
        }
        Encoding simple = BY_CLASS.get(value.getClass());
        if (simple != null) {
            return simple;
        }
        if (value instanceof Path path) {
            return path.getFileSystem() == FileSystems.getDefault() && wellFormed(path.toString())
                    ? Encoding.PATH
                    : Encoding.SERIALIZED;
        }
        return value instanceof List<?> list ? ofList(list, depth) : Encoding.SERIALIZED;
    }

    private static Encoding ofList(List<?> list, int depth) {
        Class<?> type = list.getClass();
        boolean immutable = type == IMMUTABLE || type == SMALL_IMMUTABLE;
        if ((!immutable && type != ArrayList.class) || depth >= DEEPEST) {
            return Encoding.SERIALIZED;
        }
        for (Object element : list) {
            if ((immutable && element == null) || of(element, depth + 1) == Encoding.SERIALIZED) {
                return Encoding.SERIALIZED;
            }
        }
        return immutable ? Encoding.IMMUTABLE_LIST : Encoding.LIST;
    }

    /** Half a surrogate pair is a legal char, but has no UTF-8. */
    private static boolean wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isLowSurrogate(c) || ++i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
