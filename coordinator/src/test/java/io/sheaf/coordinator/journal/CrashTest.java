package io.sheaf.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the journal after a crash: all that was said to be written, and of everything else all or nothing. */
class CrashTest {
    private static final String FILE = "journal.db";
    private static final String LOG = "journal.db-wal";

    @TempDir
    Path folder;

    @Test
    void aLogThatIsTornAnywhereInItsLastRecordHoldsAllBeforeItAndNothingOfIt() throws Exception {
        tear(400);
    }

    @Test
    @Tag("Endurance")
    void aLogThatIsTornAtEveryByteOfItsLastRecordHoldsAllBeforeItAndNothingOfIt() throws Exception {
        tear(1);
    }

    private void tear(int step) throws Exception {
        Path live = Files.createDirectory(folder.resolve("live"));
        byte[] file;
        byte[] log;
        long before;
        try (Journal journal = JdbcJournal.sqlite(live, 0)) {
            for (long number = 1; number <= 5; number++) {
                journal.append(Appending.batch(number));
            }
            before = Files.size(live.resolve(LOG));
            journal.append(Appending.batch(6));
            file = Files.readAllBytes(live.resolve(FILE));
            log = Files.readAllBytes(live.resolve(LOG));
        }
        assertThat(log.length).isGreaterThan((int) before);
        Random random = new Random(1);
        int tested = 0;
        for (int length = (int) before; length <= log.length; length += step == 1 ? 1 : 1 + random.nextInt(2 * step)) {
            check(file, log, length, 5);
            tested++;
        }
        assertThat(tested).isGreaterThan(5);
        check(file, log, log.length, 6);
        // What is there of the last record may also be anything.
        for (int i = 0; i < (step == 1 ? 500 : 10); i++) {
            byte[] damaged = log.clone();
            int at = (int) before + random.nextInt(log.length - (int) before);
            damaged[at] ^= (byte) (1 + random.nextInt(255));
            checkAtLeast(file, damaged, 5);
        }
    }

    private void check(byte[] file, byte[] log, int length, long batches) throws IOException {
        Map<Long, List<Entry>> found = restored(file, java.util.Arrays.copyOf(log, length));
        assertWhole(found);
        if (length == log.length) {
            assertThat(found.keySet()).as("all of it").hasSize(6);
        } else {
            assertThat(found.keySet()).as("torn at %s", length).hasSize((int) batches);
        }
    }

    private void checkAtLeast(byte[] file, byte[] log, int batches) throws IOException {
        Map<Long, List<Entry>> found = restored(file, log);
        assertWhole(found);
        assertThat(found).hasSizeBetween(batches, batches + 1);
    }

    private Map<Long, List<Entry>> restored(byte[] file, byte[] log) throws IOException {
        Path copy = Files.createTempDirectory(folder, "copy");
        Files.write(copy.resolve(FILE), file);
        Files.write(copy.resolve(LOG), log);
        return read(copy);
    }

    private static Map<Long, List<Entry>> read(Path directory) {
        Map<Long, List<Entry>> found = new LinkedHashMap<>();
        try (Journal journal = JdbcJournal.sqlite(directory, 0)) {
            journal.replay(new Journal.Reader() {
                @Override
                public void read(Entry.OfJob entry) {
                    found.computeIfAbsent(entry.job().number(), key -> new ArrayList<>())
                            .add(entry);
                }

                @Override
                public void read(Entry.Happened entry, Journal.Elsewhere body) {
                    read(new Entry.Happened(
                            entry.fact(), entry.at(), java.util.Optional.of(journal.body(body.number()))));
                }
            });
        }
        return found;
    }

    private static void assertWhole(Map<Long, List<Entry>> found) {
        found.forEach(
                (number, entries) -> assertThat(entries).as("batch %s", number).isEqualTo(Appending.batch(number)));
    }

    @Test
    void copiesOfItsFilesAtAnyMomentHoldWhatHadBeenSaid() throws Exception {
        copies(4, 1);
    }

    @Test
    @Tag("Endurance")
    void manyCopiesOfItsFilesAtAnyMomentHoldWhatHadBeenSaid() throws Exception {
        // Of small journals: reading a large one takes long.
        for (int round = 1; round <= 15; round++) {
            copies(10, round);
        }
    }

    /** The process stands still while they are made: that is what its disk would be after kill -9. */
    private void copies(int count, int round) throws Exception {
        Path live = folder.resolve("live" + round);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Appending.class.getName(),
                        live.toString(),
                        "1")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        TreeSet<Long> said = new TreeSet<>();
        TreeSet<Long> forgotten = new TreeSet<>();
        Thread reader = new Thread(() -> read(process, said, forgotten));
        reader.setDaemon(true);
        reader.start();
        Random random = new Random(6 + round);
        try {
            await(said, 20);
            for (int i = 0; i < count; i++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(120)));
                TreeSet<Long> before;
                TreeSet<Long> gone;
                synchronized (said) {
                    before = new TreeSet<>(said);
                    gone = new TreeSet<>(forgotten);
                }
                signal(process, "STOP");
                Path copy = Files.createTempDirectory(folder, "copy");
                Files.copy(live.resolve(FILE), copy.resolve(FILE));
                Files.copy(live.resolve(LOG), copy.resolve(LOG));
                signal(process, "CONT");
                Map<Long, List<Entry>> found = read(copy);
                assertWhole(found);
                before.removeAll(gone);
                List<Long> missing = before.stream()
                        .filter(number -> !found.containsKey(number) && !isInDoubt(number, before.last()))
                        .toList();
                assertThat(missing).isEmpty();
                assertThat(found.keySet()).doesNotContainAnyElementsOf(gone);
            }
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** It may have been forgotten, though that was not heard of. */
    private static boolean isInDoubt(long number, long last) {
        return (number + 5) % 7 == 0 && number + 5 > last - 7;
    }

    private static void read(Process process, Set<Long> said, Set<Long> forgotten) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.matches("-?\\d+")) {
                    continue;
                }
                long number = Long.parseLong(line);
                synchronized (said) {
                    (number > 0 ? said : forgotten).add(Math.abs(number));
                    said.notifyAll();
                }
            }
        } catch (IOException e) {
            // It was ended.
        }
    }

    private static void await(Set<Long> said, int count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        synchronized (said) {
            while (said.size() < count) {
                assertThat(deadline - System.nanoTime()).isPositive();
                said.wait(1_000);
            }
        }
    }

    private static void signal(Process process, String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
}
