package io.sheaf.worker.executor;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;

/**
 * The class path of a JVM that grows while it runs, so that it is, for those who look, as if it had been started with all
 * of it: the classes are the system class loader's, as they would be in any program.
 */
public final class LateClassPath {
    /** The option of a JVM that lets it grow. */
    public static final String OPENING = "--add-opens=java.base/jdk.internal.loader=ALL-UNNAMED";

    /**
     * What a system class loader has that lets its class path grow, says {@code Instrumentation}, which calls it like that.
     * An agent would do it in a nicer way, but then this JVM would show it each class that it loads.
     */
    private static final String METHOD = "appendToClassPathForInstrumentation";

    private LateClassPath() {}

    /** @throws IllegalStateException when this JVM was not started with {@link #OPENING}, or knows no such thing */
    static void append(ClassLoader system, List<String> jars) {
        try {
            Method method = system.getClass().getDeclaredMethod(METHOD, String.class);
            method.setAccessible(true);
            for (String jar : jars) {
                method.invoke(system, jar);
            }
        } catch (NoSuchMethodException
                | IllegalAccessException
                | InvocationTargetException
                | java.lang.reflect.InaccessibleObjectException e) {
            throw new IllegalStateException("The class path of this JVM cannot be extended: " + e, e);
        }
        System.setProperty(
                "java.class.path",
                System.getProperty("java.class.path") + File.pathSeparator + String.join(File.pathSeparator, jars));
    }
}
