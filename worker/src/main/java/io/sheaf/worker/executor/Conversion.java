package io.sheaf.worker.executor;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns the items of the command line, texts and whole numbers, into what a named function takes. */
final class Conversion {
    private static final Map<Class<?>, Function<String, Object>> FROM_TEXT = Map.ofEntries(
            Map.entry(String.class, text -> text),
            Map.entry(CharSequence.class, text -> text),
            Map.entry(int.class, Integer::valueOf),
            Map.entry(Integer.class, Integer::valueOf),
            Map.entry(long.class, Long::valueOf),
            Map.entry(Long.class, Long::valueOf),
            Map.entry(double.class, Double::valueOf),
            Map.entry(Double.class, Double::valueOf),
            Map.entry(boolean.class, Conversion::truth),
            Map.entry(Boolean.class, Conversion::truth),
            Map.entry(Path.class, Path::of),
            Map.entry(URI.class, URI::create));

    private Conversion() {}

    /** The item itself where it fits. */
    static @Nullable Object of(@Nullable Object item, Class<?> parameter) {
        if (item == null || parameter.isInstance(item)) {
            return item;
        }
        Function<String, Object> conversion = FROM_TEXT.get(parameter);
        if (conversion == null || !(item instanceof String || item instanceof Number)) {
            throw new IllegalArgumentException("The item " + item + " is a "
                    + item.getClass().getName() + " and cannot become a " + parameter.getName());
        }
        try {
            return conversion.apply(item.toString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The item '" + item + "' is no " + parameter.getSimpleName(), e);
        }
    }

    private static Object truth(String text) {
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return Boolean.valueOf(text);
        }
        throw new IllegalArgumentException(text);
    }
}
