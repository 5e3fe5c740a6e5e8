package io.sheaf.client.code;

import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Functions that are sent: workers get this JVM's class path and nothing else, so a class that is not on it is told to
 * the caller here and now, rather than by each item there.
 */
public final class SentCode {
    private static final ClassValue<Boolean> KNOWN = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return isOnClassPath(type);
        }
    };

    private SentCode() {}

    /**
     * A function with all that it has captured.
     *
     * @throws IOException when it cannot be serialized
     * @throws IllegalArgumentException when a class of it is not on the class path
     */
    public static Bytes write(Object function) throws IOException {
        Set<Class<?>> classes = new LinkedHashSet<>();
        Bytes bytes = JavaSerialization.write(function, classes::add);
        classes.forEach(SentCode::check);
        return bytes;
    }

    /**
     * Finds out whether workers will know a class. Costs next to nothing the second time.
     *
     * @throws IllegalArgumentException when they will not
     */
    public static void check(Class<?> type) {
        if (!KNOWN.get(type)) {
            throw new IllegalArgumentException(
                    "Workers cannot load " + type.getName() + ": " + origin(type)
                            + ", and they get this program's class path only; put it into a jar or directory on the class path");
        }
    }

    private static boolean isOnClassPath(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        ClassLoader loader = element.getClassLoader();
        if (element.isPrimitive() || loader == null || loader.equals(ClassLoader.getPlatformClassLoader())) {
            return true;
        }
        // Of a lambda the class that it is written in is sent; the one that Java makes for it is not.
        String name = element.isHidden() ? outer(element.getName()) : element.getName();
        return !name.isEmpty()
                && ClassLoader.getSystemClassLoader().getResource(name.replace('.', '/') + ".class") != null;
    }

    private static String outer(String hidden) {
        int lambda = hidden.indexOf("$$Lambda");
        return lambda < 0 ? "" : hidden.substring(0, lambda);
    }

    private static String origin(Class<?> type) {
        if (type.isHidden()) {
            return "it was made at run time";
        }
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null || source.getLocation() == null
                ? "it was made at run time, or comes from a class loader that does not say where from ("
                        + type.getClassLoader() + ")"
                : "it comes from " + source.getLocation();
    }
}
