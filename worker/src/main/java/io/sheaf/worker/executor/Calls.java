package io.sheaf.worker.executor;

import io.sheaf.RemoteFunction;
import io.sheaf.RemoteRunnable;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.job.Work;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the call of a job from what the job says. */
final class Calls {

    private Calls() {}

    static ItemCall of(Work work, ClassLoader classes) throws Exception {
        if (work instanceof Work.Closure closure) {
            return ofFunction(JavaSerialization.read(closure.function(), classes), Object.class);
        }
        if (work instanceof Work.Named named) {
            Class<?> type = Class.forName(named.className(), true, classes);
            return named.method().isPresent()
                    ? ofMethod(type, named.method().get())
                    : ofFunction(newInstance(type), parameterOf(type));
        }
        return Calls::run;
    }

    private static Object newInstance(Class<?> type) throws Exception {
        try {
            return type.getConstructor().newInstance();
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @SuppressWarnings("NullAway") // whether a function takes null is its author's affair
    private static ItemCall ofFunction(@Nullable Object function, Class<?> parameter) {
        if (function instanceof RemoteFunction<?, ?> remote) {
            @SuppressWarnings("unchecked")
            RemoteFunction<@Nullable Object, @Nullable Object> call =
                    (RemoteFunction<@Nullable Object, @Nullable Object>) remote;
            return item -> call.apply(Conversion.of(item, parameter));
        }
        if (function instanceof Function<?, ?> plain) {
            @SuppressWarnings("unchecked")
            Function<@Nullable Object, @Nullable Object> call = (Function<@Nullable Object, @Nullable Object>) plain;
            return item -> call.apply(Conversion.of(item, parameter));
        }
        String name = function == null ? "null" : function.getClass().getName();
        throw new IllegalArgumentException(
                name + " is neither an io.sheaf.RemoteFunction nor a java.util.function.Function");
    }

    /** What a function's own code takes: its {@code apply} that is not the compiler's bridge. */
    private static Class<?> parameterOf(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals("apply") && method.getParameterCount() == 1)
                .filter(method -> !method.isBridge())
                .findFirst()
                .<Class<?>>map(method -> method.getParameterTypes()[0])
                .orElse(Object.class);
    }

    private static ItemCall ofMethod(Class<?> type, String name) {
        Optional<Method> found = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals(name) && Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getParameterCount() == 1 && !method.isSynthetic())
                .findFirst();
        Method method = found.orElseThrow(() ->
                new IllegalArgumentException("No static method " + name + " with one parameter in " + type.getName()));
        method.setAccessible(true);
        Class<?> parameter = method.getParameterTypes()[0];
        return item -> {
            try {
                return method.invoke(null, Conversion.of(item, parameter));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
    }

    private static @Nullable Object run(@Nullable Object task) throws Exception {
        if (task instanceof RemoteRunnable action) {
            action.runRemote();
            return null;
        }
        if (task instanceof Callable<?> callable) {
            return callable.call();
        }
        if (task instanceof Runnable action) {
            action.run();
            return null;
        }
        throw new IllegalArgumentException("Neither a Callable nor a Runnable: " + task);
    }
}
