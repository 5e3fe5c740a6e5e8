package io.sheaf.cli;

import io.sheaf.protocol.job.Source;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** ITEMS: where they come from. */
sealed interface ItemChoice {
    /** Whole numbers, computed where they are used. */
    record Range(Source.Range range) implements ItemChoice {}

    /** Whole numbers that are sent as items, since only some of them are to be. */
    record Counted(Source.Range range) implements ItemChoice {}

    /** Texts that are known already. */
    record Words(List<String> words) implements ItemChoice {}

    /** Texts that are read while the job runs. */
    record Streamed(InputStream in, int separator) implements ItemChoice {}

    /** The items one after the other, as they are sent. */
    default Iterator<?> items() {
        if (this instanceof Words words) {
            return words.words().iterator();
        }
        if (this instanceof Streamed streamed) {
            return new Texts(streamed);
        }
        Source.Range range = this instanceof Counted counted ? counted.range() : ((Range) this).range();
        return LongStream.rangeClosed(range.first(), range.last()).iterator();
    }

    /** This, of which some items may be left out. */
    default ItemChoice asSent() {
        return this instanceof Range numbers ? new Counted(numbers.range()) : this;
    }

    /** {@code A..B}, both inclusive. */
    static ItemChoice range(String text) {
        Matcher bounds = Pattern.compile("(-?\\d+)\\.\\.(-?\\d+)").matcher(text);
        try {
            if (bounds.matches()) {
                Source.Range range = new Source.Range(Long.parseLong(bounds.group(1)), Long.parseLong(bounds.group(2)));
                if (range.count() >= 0) {
                    return new Range(range);
                }
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // Said below, in words for people.
        }
        throw new CliException(ExitCode.USAGE, "'" + text + "' is no range; write two whole numbers, as in 1..1000");
    }

    /** A line, or what lies between NULs, of a file or of stdin ({@code -}). */
    static ItemChoice file(String name, boolean nul, InputStream stdin) {
        try {
            InputStream in = name.equals("-") ? stdin : Files.newInputStream(Path.of(name));
            return new Streamed(new BufferedInputStream(in), nul ? 0 : '\n');
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "The items cannot be read: there is no readable file " + name);
        }
    }

    /** The files that match, sorted; as typed, or absolute for workers with another directory. */
    static ItemChoice glob(String pattern, boolean absolute) {
        Path whole;
        PathMatcher matcher;
        try {
            whole = Path.of(pattern);
            // As a path, since what the matcher is shown has neither doubled nor trailing slashes.
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + whole);
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "'" + pattern + "' is no pattern: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        int fixed = 0;
        while (fixed < whole.getNameCount() - 1
                && !hasWildcard(whole.getName(fixed).toString())) {
            fixed++;
        }
        Path root = whole.isAbsolute() ? whole.getRoot() : Path.of("");
        Path start = fixed == 0 ? root : root.resolve(whole.subpath(0, fixed));
        int depth = pattern.contains("**") ? Integer.MAX_VALUE : whole.getNameCount() - fixed;
        List<String> files = new ArrayList<>();
        if (Files.isDirectory(start)) {
            try {
                Files.walkFileTree(start, Set.of(FileVisitOption.FOLLOW_LINKS), depth, new Found(file -> {
                    if (matcher.matches(file)) {
                        files.add((absolute ? file.toAbsolutePath().normalize() : file).toString());
                    }
                }));
            } catch (IOException e) {
                throw new CliException(ExitCode.USAGE, "The files of " + pattern + " cannot be listed: " + e);
            }
        }
        Collections.sort(files);
        if (files.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE,
                    "No file matches " + pattern + "; put the pattern in quotes, so that the shell leaves it alone");
        }
        return new Words(List.copyOf(files));
    }

    /** The regular files of a tree; what may not be entered, or leads back to itself, has none, as for a shell. */
    final class Found extends SimpleFileVisitor<Path> {
        private final Consumer<Path> files;

        Found(Consumer<Path> files) {
            this.files = files;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
                files.accept(file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException why) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException why) {
            return FileVisitResult.CONTINUE;
        }
    }

    private static boolean hasWildcard(String name) {
        return name.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
    }

    /** Reads texts one after the other. A last one without separator counts; a carriage return before a line feed does not. */
    final class Texts implements Iterator<String> {
        private final InputStream in;
        private final int separator;
        private @Nullable String next;
        private boolean ended;

        Texts(Streamed source) {
            this.in = source.in;
            this.separator = source.separator;
        }

        @Override
        public boolean hasNext() {
            if (next == null && !ended) {
                try {
                    next = read();
                } catch (IOException e) {
                    throw new CliException(ExitCode.USAGE, "The items cannot be read: " + e.getMessage());
                }
                ended = next == null;
            }
            return !ended;
        }

        @Override
        public String next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            String text = next;
            next = null;
            return text;
        }

        private @Nullable String read() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int c = in.read();
            if (c < 0) {
                return null;
            }
            while (c >= 0 && c != separator) {
                bytes.write(c);
                c = in.read();
            }
            String text = bytes.toString(StandardCharsets.UTF_8);
            return separator == '\n' && text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        }
    }
}
