package io.sheaf.cli;

import io.sheaf.RemoteFunction;
import io.sheaf.client.code.ClassPathBundle;
import io.sheaf.client.local.Distribution;
import io.sheaf.client.session.CodeFiles;
import io.sheaf.protocol.job.Work;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * WHAT: a built-in, a class, or a static method, found and checked before anything is submitted.
 *
 * @param name as typed
 * @param work what it comes to
 * @param code the jars that it needs
 */
record WorkChoice(String name, Work work, CodeFiles code) {
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
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

    /** Finds it, or says in one line why not. */
    static WorkChoice of(String what, List<Path> jars) {
        try {
            if (jars.isEmpty()) {
                return builtIn(what);
            }
            for (Path jar : jars) {
                if (!Files.isRegularFile(jar)) {
                    throw new CliException(ExitCode.REJECTED, "There is no jar " + jar);
                }
            }
            return named(what, what, jars);
        } catch (IOException e) {
            throw new CliException(ExitCode.REJECTED, "The code cannot be read: " + e.getMessage());
        }
    }

    private static WorkChoice builtIn(String what) throws IOException {
        Path lib = Distribution.home().resolve("lib");
        Path jar;
        try (Stream<Path> all = Files.list(lib)) {
            jar = all.filter(file -> file.getFileName().toString().startsWith("sheaf-builtins-"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no sheaf-builtins jar in " + lib));
        }
        List<Path> jars = withManifest(jar);
        Properties names = new Properties();
        try (URLClassLoader classes = loader(jars);
                InputStream in = classes.getResourceAsStream("META-INF/sheaf/builtins.properties")) {
            names.load(in);
        }
        String className = names.getProperty(what);
        if (className == null) {
            String known = names.stringPropertyNames().stream().sorted().collect(Collectors.joining(", "));
            throw new CliException(
                    ExitCode.REJECTED,
                    "'" + what + "' is no built-in function (there are " + known
                            + "); for a class of yours name its jar with --jar");
        }
        return named(what, className, jars);
    }

    private static List<Path> withManifest(Path jar) throws IOException {
        List<Path> jars = new ArrayList<>(List.of(jar));
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String more = manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            if (more != null) {
                for (String name : WHITE_SPACE.split(more.strip(), -1)) {
                    Path other = jar.resolveSibling(name);
                    if (!name.startsWith("sheaf-") && Files.exists(other)) {
                        jars.add(other);
                    }
                }
            }
        }
        return jars;
    }

    private static WorkChoice named(String what, String target, List<Path> jars) throws IOException {
        int colons = target.indexOf("::");
        String className = colons < 0 ? target : target.substring(0, colons);
        Optional<String> method = colons < 0 ? Optional.empty() : Optional.of(target.substring(colons + 2));
        try (URLClassLoader classes = loader(jars)) {
            Class<?> type = Class.forName(className, false, classes);
            if (method.isPresent()) {
                checkMethod(type, method.get());
            } else {
                checkFunction(type);
            }
        } catch (ClassNotFoundException e) {
            throw new CliException(
                    ExitCode.REJECTED,
                    "There is no class " + className + " in "
                            + jars.stream().map(Path::toString).collect(Collectors.joining(", "))
                            + "; give its full name, and every jar that it needs with --jar");
        } catch (LinkageError e) {
            throw new CliException(
                    ExitCode.REJECTED,
                    "The class " + className + " cannot be loaded: " + e + "; name every jar that it needs with --jar");
        }
        return new WorkChoice(what, new Work.Named(className, method), ClassPathBundle.of(jars));
    }

    private static void checkFunction(Class<?> type) {
        if (!RemoteFunction.class.isAssignableFrom(type) && !Function.class.isAssignableFrom(type)) {
            throw new CliException(
                    ExitCode.REJECTED,
                    type.getName() + " is neither an io.sheaf.RemoteFunction nor a java.util.function.Function; for a"
                            + " static method write " + type.getName() + "::METHOD");
        }
        if (Arrays.stream(type.getConstructors()).noneMatch(constructor -> constructor.getParameterCount() == 0)) {
            throw new CliException(
                    ExitCode.REJECTED, type.getName() + " needs a public constructor without parameters");
        }
        if (Modifier.isAbstract(type.getModifiers()) || !Modifier.isPublic(type.getModifiers())) {
            throw new CliException(ExitCode.REJECTED, type.getName() + " must be public and not abstract");
        }
    }

    private static void checkMethod(Class<?> type, String name) {
        List<Method> methods = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals(name) && Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getParameterCount() == 1 && !method.isSynthetic())
                .toList();
        if (methods.isEmpty()) {
            throw new CliException(
                    ExitCode.REJECTED,
                    "There is no static method " + name + " with one parameter in " + type.getName());
        }
        String parameter = methods.get(0).getParameterTypes()[0].getName();
        if (!CONVERTED.contains(parameter)) {
            throw new CliException(
                    ExitCode.REJECTED,
                    type.getName() + "::" + name + " takes a " + parameter
                            + "; an item can become a String, int, long, double, boolean, Path or URI");
        }
    }

    /** Sees the jars and what executors see of Sheaf, and not what else this process has on its class path. */
    private static URLClassLoader loader(List<Path> jars) throws MalformedURLException {
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            URI uri = jars.get(i).toAbsolutePath().toUri();
            urls[i] = uri.toURL();
        }
        return new URLClassLoader(urls, new PublicApiLoader());
    }

    /** The JDK and Sheaf's public interfaces. */
    private static final class PublicApiLoader extends ClassLoader {
        PublicApiLoader() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("io.sheaf.") && name.indexOf('.', "io.sheaf.".length()) < 0) {
                return Class.forName(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
