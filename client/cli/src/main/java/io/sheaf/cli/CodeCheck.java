package io.sheaf.cli;

import io.sheaf.RemoteFunction;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whether a class or method can be WHAT: in one line what is wrong with it, before anything is submitted. */
final class CodeCheck {
    private static final Set<String> CONVERTED = Set.of(
            "java.lang.String",
            "java.lang.CharSequence",
            "java.lang.Object",
            "int",
            "java.lang.Integer",
            "long",
            "java.lang.Long",
            "double",
            "java.lang.Double",
            "boolean",
            "java.lang.Boolean",
            "java.nio.file.Path",
            "java.net.URI");

    private CodeCheck() {}

    static void function(Class<?> type) {
        if (!RemoteFunction.class.isAssignableFrom(type) && !Function.class.isAssignableFrom(type)) {
            throw refusal(type.getName() + " is neither an io.sheaf.RemoteFunction nor a java.util.function.Function;"
                    + " for a static method write " + type.getName() + "::METHOD");
        }
        if (Modifier.isAbstract(type.getModifiers()) || !Modifier.isPublic(type.getModifiers())) {
            throw refusal(type.getName() + " must be public and not abstract");
        }
        if (Arrays.stream(type.getConstructors()).noneMatch(constructor -> constructor.getParameterCount() == 0)) {
            throw refusal(type.getName() + " needs a public constructor without parameters");
        }
    }

    static void method(Class<?> type, String name) {
        String what = type.getName() + "::" + name;
        List<Method> named = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals(name) && !method.isSynthetic())
                .toList();
        if (named.isEmpty()) {
            throw refusal("There is no method " + name + " in " + type.getName() + near(type, name));
        }
        List<Method> still = named.stream()
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .toList();
        if (still.isEmpty()) {
            throw refusal(what + " is not static; make it so, or name a class that is a Function");
        }
        List<Method> unary =
                still.stream().filter(method -> method.getParameterCount() == 1).toList();
        if (unary.size() != 1) {
            throw refusal(
                    unary.isEmpty()
                            ? what + " must have exactly one parameter, the item; it has "
                                    + still.get(0).getParameterCount()
                            : what + " is " + unary.size() + " methods with one parameter; give one another name");
        }
        String parameter = unary.get(0).getParameterTypes()[0].getName();
        if (!CONVERTED.contains(parameter)) {
            throw refusal(what + " takes a " + parameter
                    + "; an item can become a String, int, long, double, boolean, Path or URI");
        }
    }

    private static String near(Class<?> type, String name) {
        List<String> names = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .map(Method::getName)
                .distinct()
                .sorted()
                .collect(Collectors.toList());
        return Nearest.of(name, names)
                .map(like -> "; did you mean " + like + "?")
                .orElse(names.isEmpty() ? ", and none that is static" : "; static are " + String.join(", ", names));
    }

    private static CliException refusal(String why) {
        return new CliException(ExitCode.REJECTED, why);
    }
}
