package io.sheaf.cli;

import io.sheaf.RemoteFunction;
import io.sheaf.client.code.ClassPathBundle;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * WHAT as a single source file, compiled on the spot by the JDK that runs this.
 *
 * @param file the source
 * @param method what follows {@code ::}, if anything
 */
record SourceFile(Path file, Optional<String> method) {
    private static final Pattern TYPED = Pattern.compile("(.+\\.java)(?:::(.*))?");

    /**
     * What became of it.
     *
     * @param target the class, or CLASS::METHOD
     * @param jars with its classes first, then those that it was compiled against
     */
    record Compiled(String target, List<Path> jars) {}

    /** What was typed, if it is one. */
    static Optional<SourceFile> of(String what) {
        Matcher typed = TYPED.matcher(what);
        return typed.matches()
                ? Optional.of(new SourceFile(Path.of(typed.group(1)), Optional.ofNullable(typed.group(2))))
                : Optional.empty();
    }

    /** Compiles it, or says what is wrong with it. */
    Compiled compile(List<Path> jars) throws IOException {
        if (!Files.isReadable(file)) {
            throw new CliException(ExitCode.REJECTED, "There is no readable source file " + file);
        }
        Path classes = Files.createTempDirectory("sheaf-source");
        try {
            compile(jars, classes);
            String type = typeIn(classes);
            List<Path> all = new ArrayList<>(List.of(ClassPathBundle.packed(classes)));
            all.addAll(jars);
            return new Compiled(method.map(name -> type + "::" + name).orElse(type), all);
        } finally {
            delete(classes);
        }
    }

    private void compile(List<Path> jars, Path classes) throws IOException {
        String classPath = Stream.concat(publicApi().stream(), jars.stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> options =
                List.of("-d", classes.toString(), "-classpath", classPath, "-proc:none", "-nowarn", "-implicit:none");
        Optional<String> wrong;
        try {
            wrong = SourceCompiler.compile(file, options);
        } catch (LinkageError e) {
            // A runtime without compiler may be without the module that would say so.
            throw new CliException(
                    ExitCode.REJECTED,
                    "The Java at " + System.getProperty("java.home") + " has no compiler for " + file
                            + "; set JAVA_HOME to a JDK, or compile it yourself and name the jar with --jar");
        }
        if (wrong.isPresent()) {
            throw new CliException(ExitCode.REJECTED, file + " does not compile:\n" + wrong.get());
        }
    }

    private static Optional<Path> publicApi() {
        CodeSource source = RemoteFunction.class.getProtectionDomain().getCodeSource();
        return Optional.ofNullable(source)
                .map(known -> new File(known.getLocation().getPath()).toPath());
    }

    private String typeIn(Path classes) throws IOException {
        String name = file.getFileName().toString().replaceFirst("\\.java$", "");
        try (Stream<Path> all = Files.walk(classes)) {
            return all.filter(found -> found.getFileName().toString().equals(name + ".class"))
                    .map(found -> classes.relativize(found).toString())
                    .map(found -> found.substring(0, found.length() - ".class".length())
                            .replace(File.separatorChar, '.'))
                    .findFirst()
                    .orElseThrow(() -> new CliException(
                            ExitCode.REJECTED,
                            file + " declares no class " + name + "; name the file like the class that is to run"));
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = new ArrayList<>(found.toList());
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            Files.deleteIfExists(all.get(i));
        }
    }
}
