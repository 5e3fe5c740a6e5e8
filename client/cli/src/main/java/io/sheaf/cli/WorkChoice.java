package io.sheaf.cli;

import io.sheaf.client.code.ClassPathBundle;
import io.sheaf.client.local.Distribution;
import io.sheaf.client.session.CodeFiles;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CommandTemplate;
import io.sheaf.protocol.job.Work;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * WHAT: a built-in, a class, a static method, a source file with one of these, or a command, found and checked before
 * anything is submitted.
 *
 * @param name as typed
 * @param work what it comes to
 * @param code the jars that it needs
 */
record WorkChoice(String name, Work work, CodeFiles code) {
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

    /** Finds it, or says in one line why not. */
    static WorkChoice of(String what, List<Path> jars) {
        try {
            Optional<SourceFile> source = SourceFile.of(what);
            if (jars.isEmpty() && source.isEmpty()) {
                return builtIn(what);
            }
            for (Path jar : jars) {
                if (!Files.isRegularFile(jar)) {
                    throw new CliException(ExitCode.REJECTED, "There is no jar " + jar);
                }
                checkJar(jar);
            }
            if (source.isPresent()) {
                SourceFile.Compiled compiled = source.get().compile(jars);
                return named(what, compiled.target(), compiled.jars());
            }
            return named(what, what, jars);
        } catch (IOException e) {
            throw new CliException(ExitCode.REJECTED, "The code cannot be read: " + e.getMessage());
        }
    }

    /** A command per item. */
    static WorkChoice of(Work.Command command) {
        return new WorkChoice(
                CommandTemplate.line(command.words()), command, new CodeFiles(new Bundle(List.of()), Map.of()));
    }

    /** What is done with one item, in words: of a command, its line as a shell would read it; the number is from 1. */
    String line(String item, long number) {
        return work instanceof Work.Command command
                ? CommandTemplate.line(new CommandTemplate(command.words()).of(item, number - 1))
                : name + " " + item;
    }

    static void checkJar(Path jar) {
        try {
            new JarFile(jar.toFile()).close();
        } catch (IOException e) {
            throw new CliException(ExitCode.REJECTED, jar + " is no jar: " + e.getMessage());
        }
    }

    private static List<String> classNames(List<Path> jars) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path jar : jars) {
            try (JarFile file = new JarFile(jar.toFile())) {
                file.stream()
                        .map(JarEntry::getName)
                        .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
                        .map(name -> name.substring(0, name.length() - ".class".length())
                                .replace('/', '.'))
                        .forEach(names::add);
            }
        }
        return names;
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
            List<String> all = names.stringPropertyNames().stream().sorted().toList();
            throw new CliException(
                    ExitCode.REJECTED,
                    "'" + what + "' is no built-in function"
                            + Nearest.of(what, all)
                                    .map(near -> "; did you mean " + near + "?")
                                    .orElse(" (there are " + String.join(", ", all)
                                            + "); for a class of yours name its jar with --jar"));
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
                CodeCheck.method(type, method.get());
            } else {
                CodeCheck.function(type);
            }
        } catch (ClassNotFoundException e) {
            throw new CliException(
                    ExitCode.REJECTED,
                    "There is no class " + className + " in "
                            + jars.stream().map(Path::toString).collect(Collectors.joining(", ")) + "; "
                            + Nearest.of(className, classNames(jars))
                                    .map(near -> "did you mean " + near + "?")
                                    .orElse("give its full name, and every jar that it needs with --jar"));
        } catch (UnsupportedClassVersionError e) {
            throw new CliException(
                    ExitCode.REJECTED,
                    "The class " + className + " was compiled for a newer Java than this one, "
                            + Runtime.version().feature() + "; compile it with --release "
                            + Runtime.version().feature() + ", or run the cluster on that Java");
        } catch (LinkageError e) {
            throw new CliException(
                    ExitCode.REJECTED,
                    "The class " + className + " cannot be loaded: " + e + "; name every jar that it needs with --jar");
        }
        return new WorkChoice(what, new Work.Named(className, method), ClassPathBundle.of(jars));
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
