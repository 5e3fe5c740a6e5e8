package io.sheaf.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is on users' disks is read by later releases; its encoding follows the records' components and their order. */
class FormatTest {
    private static final Path KEPT = Path.of(
            "src",
            "test",
            "resources",
            "io",
            "sheaf",
            "coordinator",
            "journal",
            "format-" + JdbcJournal.FORMAT + ".txt");

    @Test
    void whatEntriesAreMadeOfDoesNotChangeWithinAFormat() throws IOException {
        Map<String, String> found = new TreeMap<>();
        describe(Entry.OfJob.class, found);
        String text = found.entrySet().stream()
                .map(entry -> entry.getKey() + " = " + entry.getValue())
                .collect(Collectors.joining("\n", "", "\n"));
        if (Boolean.getBoolean("sheaf.format.write")) {
            Files.writeString(KEPT, text);
        }
        assertThat(KEPT)
                .as(
                        "what a journal of format %s is made of; when that changes raise JdbcJournal.FORMAT, or migrate, and"
                                + " write the new file with -Dsheaf.format.write=true",
                        JdbcJournal.FORMAT)
                .hasContent(text);
    }

    private static void describe(Type type, Map<String, String> found) {
        if (type instanceof ParameterizedType generic) {
            Arrays.stream(generic.getActualTypeArguments()).forEach(argument -> describe(argument, found));
        } else if (type instanceof Class<?> raw && !found.containsKey(raw.getName())) {
            if (raw.isRecord()) {
                found.put(raw.getName(), components(raw));
                Stream.of(raw.getRecordComponents()).forEach(part -> describe(part.getGenericType(), found));
            } else if (raw.isSealed()) {
                found.put(raw.getName(), names(Stream.of(raw.getPermittedSubclasses()), " | "));
                Stream.of(raw.getPermittedSubclasses()).forEach(each -> describe(each, found));
            } else if (raw.isEnum()) {
                found.put(raw.getName(), names(Stream.of(raw.getEnumConstants()), " | "));
            }
        }
    }

    private static String components(Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .map(part -> part.getGenericType().getTypeName() + " " + part.getName())
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String names(Stream<?> of, String between) {
        return of.map(each -> each instanceof Class<?> type ? type.getName() : String.valueOf(each))
                .collect(Collectors.joining(between));
    }
}
