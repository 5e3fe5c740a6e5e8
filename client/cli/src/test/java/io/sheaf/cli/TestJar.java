package io.sheaf.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;

/** Jars of a user, compiled by the test. */
final class TestJar {
    static final String TASKS = """
            package com.acme;

            import io.sheaf.RemoteFunction;
            import java.util.function.Function;

            public class Tasks {
                static {
                    if (true) {
                        throw new IllegalStateException("This class must not be initialized by a check");
                    }
                }

                public static class Plain implements Function<String, String> {
                    public String apply(String item) { return item; }
                }

                public static class Remote implements RemoteFunction<String, String> {
                    public String apply(String item) { return item; }
                }

                public static class Curried implements Function<String, String> {
                    public Curried(String needs) {}
                    public String apply(String item) { return item; }
                }

                public static abstract class Half implements Function<String, String> {
                    public Half() {}
                }

                static class Hidden implements Function<String, String> {
                    public Hidden() {}
                    public String apply(String item) { return item; }
                }

                public static int count(String item) { return 1; }
                public static int path(java.nio.file.Path item) { return 1; }
                public static int wide(int item) { return 1; }
                public static int none() { return 1; }
                public static int two(int a, int b) { return 1; }
                public static int both(int a) { return 1; }
                public static int both(long a) { return 1; }
                public static int thread(Thread item) { return 1; }
                public int instance(String item) { return 1; }
            }
            """;

    private TestJar() {}

    /** A jar with {@link #TASKS} in it. */
    static Path tasks(Path folder) throws IOException {
        Path source = Files.writeString(folder.resolve("Tasks.java"), TASKS);
        Path classes = Files.createDirectory(folder.resolve("classes"));
        List<String> arguments = List.of(
                "-d",
                classes.toString(),
                "-classpath",
                System.getProperty("java.class.path"),
                "--release",
                "17",
                "-proc:none",
                "-Xlint:-options");
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        Stream.concat(arguments.stream(), Stream.of(source.toString()))
                                .toArray(String[]::new));
        if (code != 0) {
            throw new IOException("The test's classes do not compile");
        }
        Path jar = folder.resolve("tasks.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> all = Files.walk(classes)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
            }
        }
        return jar;
    }
}
