package io.sheaf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.scalatest.Suite;

/** A spec whose constructor throws would be dropped by the runner in silence, and the build would be green without it. */
class SpecsAreWholeTest {

    @Test
    void everySpecCanBeConstructedAndIsASuite() throws IOException, URISyntaxException {
        List<String> broken = new ArrayList<>();
        for (String name : namesOfSpecs()) {
            try {
                Object spec = Class.forName(name).getDeclaredConstructor().newInstance();
                if (!(spec instanceof Suite)) {
                    broken.add(name + ": is not a ScalaTest suite, so no runner picks it up");
                }
            } catch (ReflectiveOperationException | LinkageError e) {
                broken.add(name + ": " + (e.getCause() == null ? e : e.getCause()));
            }
        }
        assertThat(broken).as("specs that would be skipped in silence").isEmpty();
    }

    private static List<String> namesOfSpecs() throws IOException, URISyntaxException {
        Path classes = Path.of(SpecsAreWholeTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(file -> file.endsWith("Spec.class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .toList();
        }
    }
}
