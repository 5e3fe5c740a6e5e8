package io.sheaf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Budgets and habits that a compiler does not know, read from the sources of all modules. */
class TidyTest {

    private static final Path ROOT = Path.of(Objects.requireNonNull(
            System.getProperty("sheaf.root"), "Run by Maven, or set -Dsheaf.root to the folder of the checkout"));

    private static final int FILE_LINES = 400;
    private static final int METHOD_LINES = 50;
    private static final int CONSTRUCTOR_PARAMETERS = 7;

    private static final Pattern BANNED_FILE =
            Pattern.compile("(Abstract|Base)[A-Z].*|.*(Manager|Helper|Utils?|Impl|Handler|Processor|Service)");
    private static final Pattern WILDCARD = Pattern.compile("import\\s+(static\\s+)?[\\w.]+\\.[*];");
    private static final Pattern SLEEP = Pattern.compile("\\b(Thread[.]sleep|TimeUnit[.]\\w+[.]sleep)\\s*[(]");

    @Test
    void sourcesKeepToTheirBudgets() throws IOException {
        List<String> offences = new ArrayList<>();
        List<Path> sources = sources("src/main/java");
        for (Path file : sources) {
            List<String> lines = Files.readAllLines(file);
            if (lines.size() > FILE_LINES) {
                offences.add(at(file, 1) + " file has " + lines.size() + " lines, at most " + FILE_LINES);
            }
            if (BANNED_FILE.matcher(simpleName(file)).matches()) {
                offences.add(at(file, 1) + " is not named after what it is");
            }
        }
        for (JavaSources.Method method : JavaSources.methodsOf(sources)) {
            if (method.lines() > METHOD_LINES) {
                offences.add(at(method.file(), method.line()) + " " + method.name() + " has " + method.lines()
                        + " lines, at most " + METHOD_LINES);
            }
            if (method.isConstructor() && method.parameters() > CONSTRUCTOR_PARAMETERS) {
                offences.add(at(method.file(), method.line()) + " constructor has " + method.parameters()
                        + " parameters, at most " + CONSTRUCTOR_PARAMETERS + ": a concept is missing");
            }
        }
        assertThat(sources).isNotEmpty();
        assertThat(offences).isEmpty();
    }

    @Test
    void testsDoNotSleep() throws IOException {
        assertThat(find(SLEEP, sources("src/test")))
                .as("wait for a condition, with a deadline")
                .isEmpty();
    }

    @Test
    void importsNameWhatTheyImport() throws IOException {
        assertThat(find(WILDCARD, sources("src"))).isEmpty();
    }

    private static List<String> find(Pattern banned, List<Path> files) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            if (!file.endsWith("TidyTest.java")) {
                Matcher matcher = banned.matcher(Files.readString(file));
                while (matcher.find()) {
                    found.add(file + ": " + matcher.group());
                }
            }
        }
        return found;
    }

    /** The Java and Scala files below that folder of every module. */
    private static List<Path> sources(String folder) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path module : modules()) {
            Path start = module.resolve(folder);
            if (Files.isDirectory(start)) {
                try (Stream<Path> files = Files.walk(start)) {
                    files.filter(file -> file.toString().matches(".*[.](java|scala)"))
                            .forEach(sources::add);
                }
            }
        }
        return sources;
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.walk(ROOT, 2)) {
            return folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .toList();
        }
    }

    private static String at(Path file, long line) {
        return ROOT.relativize(file) + ":" + line;
    }

    private static String simpleName(Path file) {
        return file.getFileName().toString().replaceFirst("[.][a-z]+$", "");
    }
}
