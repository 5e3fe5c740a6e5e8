package io.sheaf.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.WorkerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcJournalTest {
    @TempDir
    Path folder;

    private Journal open() {
        return JdbcJournal.sqlite(folder, 0);
    }

    @Test
    void whatWasWrittenIsReadBackInOrderInTheNextLife() {
        List<Entry> written = List.of(
                Notes.opened(Notes.JOB),
                Notes.ended(Notes.JOB),
                Notes.completed(Notes.JOB, Segment.ofLongs(0, 40, 17)),
                Notes.completed(Notes.JOB, Notes.zeros(40, 5_000)),
                Notes.arrived(Notes.JOB, Notes.nothing(41, 3)),
                new Entry.Printed(Notes.JOB, new Output(3, false, "hello\n")));
        try (Journal journal = open()) {
            journal.append(written.subList(0, 2));
            journal.append(written.subList(2, 6));
        }
        try (Journal journal = open()) {
            assertThat(Notes.of(journal)).isEqualTo(written);
        }
    }

    @Test
    void aLargeBodyIsLeftWhereItIsAndCanBeAskedFor() {
        Segment large = Notes.noise(3, 100_000);
        Segment packed = Notes.zeros(4, 100_000);
        try (Journal journal = open()) {
            journal.append(List.of(Notes.completed(Notes.JOB, large), Notes.completed(Notes.JOB, packed)));
        }
        try (Journal journal = open()) {
            Notes notes = new Notes();
            journal.replay(notes);
            assertThat(notes.elsewhere).extracting(Journal.Elsewhere::from).containsExactly(3L, 4L);
            assertThat(notes.elsewhere).extracting(Journal.Elsewhere::to).containsExactly(4L, 5L);
            assertThat(journal.body(notes.elsewhere.get(0).number())).isEqualTo(large);
            assertThat(journal.body(notes.elsewhere.get(1).number())).isEqualTo(packed);
            assertThat(journal.bytes()).isBetween(100_000L, 200_000L);
        }
    }

    @Test
    void everyLifeHasALargerNumberThanAllBefore() {
        long first;
        try (Journal journal = JdbcJournal.sqlite(folder, 1_000)) {
            first = journal.epoch();
        }
        long second;
        try (Journal journal = JdbcJournal.sqlite(folder, 3)) {
            second = journal.epoch();
        }
        assertThat(first).isEqualTo(1_000);
        assertThat(second).isEqualTo(1_001);
    }

    @Test
    void jobNumbersAndTheWorkersThatWereThereAreRemembered() {
        WorkerId one = new WorkerId("one");
        WorkerId two = new WorkerId("two");
        try (Journal journal = open()) {
            assertThat(journal.numbers()).isZero();
            journal.append(List.of(new Entry.Numbered(100), new Entry.WorkerCame(one), new Entry.WorkerCame(two)));
            journal.append(List.of(new Entry.WorkerGone(one), new Entry.WorkerCame(two)));
        }
        try (Journal journal = open()) {
            assertThat(journal.numbers()).isEqualTo(100);
            assertThat(journal.workers()).containsExactly(two);
        }
    }

    @Test
    void aForgottenJobIsGoneAndItsNeighbourIsNot() {
        JobId other = new JobId(8);
        try (Journal journal = open()) {
            journal.append(List.of(Notes.opened(Notes.JOB), Notes.opened(other), Notes.ended(Notes.JOB)));
            journal.append(List.of(new Entry.Forgotten(Notes.JOB)));
        }
        try (Journal journal = open()) {
            assertThat(Notes.of(journal)).containsExactly(Notes.opened(other));
        }
    }

    @Test
    void itemsThatNobodyWillAskForLeaveTheirFactBehind() {
        try (Journal journal = open()) {
            journal.append(List.of(
                    Notes.arrived(Notes.JOB, Notes.zeros(0, 10)), Notes.completed(Notes.JOB, Notes.zeros(0, 10))));
            journal.append(List.of(new Entry.InputDropped(Notes.JOB)));
        }
        try (Journal journal = open()) {
            List<Entry.OfJob> left = Notes.of(journal);
            assertThat(((Entry.Happened) left.get(0)).body()).isEmpty();
            assertThat(left.get(1)).isEqualTo(Notes.completed(Notes.JOB, Notes.zeros(0, 10)));
        }
    }

    @Test
    void theFileShrinksWhenJobsAreForgotten() throws IOException {
        Path file = folder.resolve("journal.db");
        try (Journal journal = open()) {
            for (long i = 0; i < 20; i++) {
                journal.append(List.of(Notes.completed(Notes.JOB, Notes.noise(i, 1 << 20))));
            }
            assertThat(journal.bytes()).isGreaterThan(20 << 20);
            journal.append(List.of(new Entry.Forgotten(Notes.JOB)));
            assertThat(journal.bytes()).isLessThan(1 << 20);
            for (int i = 0; i < 20; i++) {
                journal.tidy();
            }
        }
        assertThat(Files.size(file)).isLessThan(1 << 20);
    }

    @Test
    void twoProcessesDoNotShareAJournal() {
        try (Journal journal = open()) {
            assertThat(journal.epoch()).isPositive();
            assertThatThrownBy(this::open)
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("Another coordinator has the journal")
                    .hasMessageContaining("data-dir");
        }
        open().close();
    }

    @Test
    void aJournalOfAnotherFormatIsRefusedInWordsThatSayWhatToDo() throws Exception {
        open().close();
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("journal.db"));
                var statement = connection.createStatement()) {
            statement.execute("UPDATE mark SET value = 99 WHERE name = 'format'");
        }
        assertThatThrownBy(this::open).hasMessageContaining("format 99").hasMessageContaining("release");
    }

    @Test
    void whatFindsNoRoomIsNotWrittenAtAllAndCanBeWrittenLater() throws Exception {
        SqliteDatabase database = SqliteDatabase.open(folder);
        try (Journal journal = new JdbcJournal(database, 0)) {
            journal.append(List.of(Notes.opened(Notes.JOB)));
            List<Entry> much = new ArrayList<>();
            LongStream.range(0, 50).forEach(i -> much.add(Notes.completed(Notes.JOB, Notes.noise(i, 10_000))));
            database.limit(50);
            assertThatThrownBy(() -> journal.append(much))
                    .isInstanceOf(JournalFullException.class)
                    .hasMessageContaining("no room");
            assertThat(Notes.of(journal)).containsExactly(Notes.opened(Notes.JOB));
            assertThatThrownBy(() -> journal.append(much)).isInstanceOf(JournalFullException.class);
            journal.append(List.of(Notes.ended(Notes.JOB)));
            database.limit(0);
            journal.append(much);
            assertThat(Notes.of(journal)).hasSize(52);
        }
    }
}
