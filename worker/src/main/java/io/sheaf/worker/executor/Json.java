package io.sheaf.worker.executor;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as one line of JSON (RFC 8259): records and maps as objects, iterables and arrays as arrays, numbers,
 * booleans and null as themselves, anything else by its {@code toString()} as a string, as are the numbers that JSON
 * does not have. Written by hand because users' class paths must not meet a JSON library of ours.
 */
final class Json {
    private static final int DEEPEST = 100;

    private final StringBuilder text = new StringBuilder();
    private final Set<Object> above = Collections.newSetFromMap(new IdentityHashMap<>());

    private Json() {}

    /**
     * The value in JSON.
     *
     * @throws IOException when it contains itself, is nested too deeply, or its own code fails
     */
    static String of(@Nullable Object value) throws IOException {
        Json json = new Json();
        json.write(value);
        return json.text.toString();
    }

    /** What the command line prints for a value: JSON where that says more than {@code toString()}. */
    static String line(@Nullable Object value) throws IOException {
        boolean structured = value instanceof Map
                || (value instanceof Iterable && !(value instanceof java.nio.file.Path))
                || value instanceof Record
                || (value != null && value.getClass().isArray());
        return structured ? of(value) : String.valueOf(value);
    }

    private void write(@Nullable Object value) throws IOException {
        if (value == null || value instanceof Boolean) {
            text.append(value);
        } else if (value instanceof Number number) {
            writeNumber(number);
        } else if (value instanceof Optional<?> optional) {
            write(optional.orElse(null));
        } else if (value instanceof Map<?, ?>
                || value instanceof Record
                || value.getClass().isArray()) {
            nested(value);
        } else if (value instanceof Iterable<?> && !(value instanceof java.nio.file.Path)) {
            nested(value);
        } else {
            writeText(value.toString());
        }
    }

    private void nested(Object value) throws IOException {
        if (!above.add(value)) {
            throw new IOException("A " + value.getClass().getName() + " contains itself and cannot be written as JSON");
        }
        if (above.size() > DEEPEST) {
            throw new IOException("Nested more than " + DEEPEST + " deep; cannot be written as JSON");
        }
        if (value instanceof Map<?, ?> map) {
            writeMap(map);
        } else if (value instanceof Record object) {
            writeRecord(object);
        } else if (value instanceof Iterable<?> values) {
            writeIterable(values);
        } else {
            writeArray(value);
        }
        above.remove(value);
    }

    private void writeNumber(Number number) {
        boolean finite =
                !(number instanceof Double || number instanceof Float) || Double.isFinite(number.doubleValue());
        if (finite && number.getClass().getName().startsWith("java.")) {
            text.append(number);
        } else {
            writeText(number.toString());
        }
    }

    private void writeMap(Map<?, ?> map) throws IOException {
        text.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(separator);
            writeText(String.valueOf(entry.getKey()));
            text.append(':');
            write(entry.getValue());
            separator = ",";
        }
        text.append('}');
    }

    private void writeRecord(Record object) throws IOException {
        text.append('{');
        String separator = "";
        for (RecordComponent component : object.getClass().getRecordComponents()) {
            text.append(separator);
            writeText(component.getName());
            text.append(':');
            write(valueOf(component, object));
            separator = ",";
        }
        text.append('}');
    }

    @SuppressWarnings("NullAway") // a component may be null
    private static Object valueOf(RecordComponent component, Record object) throws IOException {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(object);
        } catch (InvocationTargetException e) {
            throw new IOException(object.getClass().getName() + "." + component.getName() + "() failed", e.getCause());
        } catch (IllegalAccessException | RuntimeException e) {
            throw new IOException(object.getClass().getName() + "." + component.getName() + " is not accessible", e);
        }
    }

    private void writeIterable(Iterable<?> values) throws IOException {
        text.append('[');
        String separator = "";
        for (Object value : values) {
            text.append(separator);
            write(value);
            separator = ",";
        }
        text.append(']');
    }

    private void writeArray(Object array) throws IOException {
        text.append('[');
        for (int i = 0; i < Array.getLength(array); i++) {
            text.append(i == 0 ? "" : ",");
            write(Array.get(array, i));
        }
        text.append(']');
    }

    private void writeText(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < 0x20 || (Character.isSurrogate(c) && !paired(value, i))) {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    private static boolean paired(String value, int i) {
        return Character.isHighSurrogate(value.charAt(i))
                ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }
}
