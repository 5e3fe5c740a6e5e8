package io.sheaf.protocol.item;

import java.io.Externalizable;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Finds what has kept an object from being serialized, and by what way it is reached: walks the objects as serialization
 * does, nearest first. Only asked after a failure. What the modules of the JDK hide is passed over, but for collections.
 */
final class Culprit {
    private static final int MOST_OBJECTS = 50_000;
    private static final int MOST_NAMED = 12;

    private final ArrayDeque<Step> next = new ArrayDeque<>();
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    /** An object and how it was reached. */
    private record Step(Object object, @Nullable Step before, String name, int depth) {}

    private Culprit() {}

    /**
     * The way to the nearest object of a class that is not serializable, as
     * {@code Report.lambda$0 -> Report.conn -> java.net.Socket}.
     *
     * @param className of the object, as the failure names it
     */
    static Optional<String> path(@Nullable Object root, String className) {
        Culprit walk = new Culprit();
        walk.enter(root, null, "");
        for (Step at = walk.next.poll(); at != null; at = walk.next.poll()) {
            if (!(at.object instanceof Serializable)
                    && at.object.getClass().getName().equals(className)) {
                return Optional.of(at.before == null ? className : text(at) + " -> " + className);
            }
            walk.look(at);
        }
        return Optional.empty();
    }

    /** The first steps of the longest way, if that is long enough to overflow a stack. */
    static Optional<String> chain(@Nullable Object root) {
        Culprit walk = new Culprit();
        walk.enter(root, null, "");
        Step deepest = null;
        for (Step at = walk.next.poll(); at != null; at = walk.next.poll()) {
            deepest = at;
            walk.look(at);
        }
        if (deepest == null || deepest.depth < 100) {
            return Optional.empty();
        }
        Step end = deepest;
        while (end.depth > 3 && end.before != null) {
            end = end.before;
        }
        return Optional.of(text(end) + " -> … (at least " + deepest.depth + " deep)");
    }

    private static String text(Step end) {
        ArrayDeque<String> names = new ArrayDeque<>();
        for (Step at = end; at != null; at = at.before) {
            if (!at.name.isEmpty()) {
                names.addFirst(at.name);
            }
        }
        while (names.size() > MOST_NAMED) {
            names.removeLast();
        }
        return String.join(" -> ", names);
    }

    private void enter(@Nullable Object object, @Nullable Step before, String name) {
        boolean leaf = object == null
                || object instanceof String
                || object instanceof Number
                || object instanceof Enum
                || object instanceof Class
                || object instanceof Boolean
                || object instanceof Character;
        if (object != null && !leaf && seen.size() < MOST_OBJECTS && seen.add(object)) {
            next.add(new Step(object, before, name, before == null ? 0 : before.depth + 1));
        }
    }

    private void look(Step at) {
        Object object = at.object;
        if (object instanceof Externalizable || !(object instanceof Serializable)) {
            return;
        }
        try {
            if (object instanceof Object[] array) {
                elements(java.util.Arrays.asList(array), at);
            } else if (Proxy.isProxyClass(object.getClass())) {
                enter(Proxy.getInvocationHandler(object), at, "its invocation handler");
            } else if (!replaced(at)) {
                fields(at);
                known(at);
            }
        } catch (RuntimeException e) {
            // A class with a mind of its own: what it refers to stays unknown, the rest does not.
        }
    }

    /** What is written instead of the object, if something is. */
    private boolean replaced(Step at) {
        Method method = writeReplace(at.object.getClass());
        if (method == null || !method.trySetAccessible()) {
            return false;
        }
        try {
            Object replacement = method.invoke(at.object);
            if (replacement instanceof SerializedLambda lambda) {
                captured(lambda, at);
            } else if (replacement != at.object) {
                enter(replacement, at, simpleName(at.object.getClass()) + ".writeReplace()");
            } else {
                return false;
            }
        } catch (IllegalAccessException | InvocationTargetException e) {
            // Serialization knows better, or has failed with that already.
        }
        return true;
    }

    private static @Nullable Method writeReplace(Class<?> type) {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            try {
                return at.getDeclaredMethod("writeReplace");
            } catch (NoSuchMethodException e) {
                // Perhaps one that is inherited.
            }
        }
        return null;
    }

    private void captured(SerializedLambda lambda, Step at) {
        String className = lambda.getCapturingClass().replace('/', '.');
        String name = className.substring(className.lastIndexOf('.') + 1) + "." + lambda.getImplMethodName();
        Step function = new Step(at.object, at, name, at.depth + 1);
        for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
            Object value = lambda.getCapturedArg(i);
            boolean self = value != null && i == 0 && value.getClass().getName().equals(className);
            if (!self) {
                enter(value, function, "captured variable " + (i + 1));
            } else if (value instanceof Serializable) {
                enter(value, function, "");
            } else {
                enter(value, function, "this");
            }
        }
    }

    private void fields(Step at) {
        for (Class<?> type = at.object.getClass();
                type != null && Serializable.class.isAssignableFrom(type);
                type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                boolean written = !Modifier.isStatic(field.getModifiers())
                        && !Modifier.isTransient(field.getModifiers())
                        && !field.getType().isPrimitive();
                if (written && field.trySetAccessible()) {
                    enter(valueOf(field, at.object), at, simpleName(type) + "." + field.getName());
                }
            }
        }
    }

    private static @Nullable Object valueOf(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            return null;
        }
    }

    /** What classes of the JDK hold, whose fields cannot be looked at. */
    private void known(Step at) {
        Object object = at.object;
        if (object instanceof Throwable thrown) {
            enter(thrown.getCause(), at, "its cause");
            elements(java.util.Arrays.asList(thrown.getSuppressed()), at);
        }
        if (!object.getClass().getName().startsWith("java.")) {
            return;
        }
        if (object instanceof Collection<?> collection) {
            elements(collection, at);
        } else if (object instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                enter(key, at, "a key");
                enter(value, at, "[" + brief(key) + "]");
            });
        } else if (object instanceof AtomicReference<?> reference) {
            enter(reference.get(), at, "its value");
        }
        if (object instanceof SortedMap<?, ?> map) {
            enter(map.comparator(), at, "its comparator");
        } else if (object instanceof SortedSet<?> set) {
            enter(set.comparator(), at, "its comparator");
        }
    }

    private void elements(Collection<?> collection, Step at) {
        int index = 0;
        for (Object element : collection) {
            enter(element, at, "[" + index + "]");
            index++;
        }
    }

    private static String brief(@Nullable Object key) {
        if (key instanceof String || key instanceof Number || key instanceof Enum) {
            String text = String.valueOf(key);
            return text.length() <= 40 ? text : text.substring(0, 40) + "…";
        }
        return key == null ? "null" : "a " + simpleName(key.getClass());
    }

    private static String simpleName(Class<?> type) {
        String name = type.getName();
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
