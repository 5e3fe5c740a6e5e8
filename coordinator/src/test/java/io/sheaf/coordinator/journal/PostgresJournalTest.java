package io.sheaf.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.WorkerId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The journal in a real PostgreSQL, and who may write it. */
@Timeout(60)
class PostgresJournalTest {
    private static @Nullable PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        Optional<Path> programs = PostgresServer.programs();
        assumeTrue(programs.isPresent(), "there is no PostgreSQL here: no initdb in /usr/lib/postgresql or the PATH");
        server = PostgresServer.start(programs.orElseThrow());
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static PostgresServer server() {
        assumeTrue(server != null);
        return java.util.Objects.requireNonNull(server);
    }

    @BeforeEach
    void beginAnew() throws SQLException {
        execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = server().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Leadership lead(String name) {
        return Leadership.await(server().place(), name, () -> {}, () -> false).orElseThrow();
    }

    /** As if its holder had said nothing for a long time. */
    private static void expire() throws SQLException {
        execute("UPDATE leader SET until = now() - interval '1 s'");
    }

    @Test
    void whatWasWrittenIsReadBackInOrderByTheNextLeader() {
        List<Entry> written = List.of(
                Notes.opened(Notes.JOB),
                Notes.completed(Notes.JOB, Segment.ofLongs(0, 40, 17)),
                Notes.completed(Notes.JOB, Notes.zeros(40, 5_000)),
                Notes.arrived(Notes.JOB, Notes.nothing(41, 3)),
                Notes.ended(Notes.JOB));
        Segment large = Notes.noise(50, 100_000);
        try (Leadership one = lead("one");
                Journal journal = JdbcJournal.postgres(one, 0)) {
            journal.append(written);
            journal.append(List.of(
                    new Entry.Numbered(100),
                    new Entry.WorkerCame(new WorkerId("w")),
                    Notes.completed(Notes.JOB, large)));
            assertThat(journal.bytes()).isGreaterThan(100_000);
            journal.tidy();
        }
        try (Leadership two = lead("two");
                Journal journal = JdbcJournal.postgres(two, 0)) {
            Notes notes = new Notes();
            journal.replay(notes);
            assertThat(notes.entries.subList(0, 5)).isEqualTo(written);
            assertThat(journal.body(notes.elsewhere.get(0).number())).isEqualTo(large);
            assertThat(journal.numbers()).isEqualTo(100);
            assertThat(journal.workers()).containsExactly(new WorkerId("w"));
            journal.append(List.of(new Entry.Forgotten(Notes.JOB)));
            assertThat(Notes.of(journal)).isEmpty();
        }
    }

    @Test
    void everyLeaderHasALargerEpochThanAllBefore() {
        long last = 0;
        for (int i = 0; i < 3; i++) {
            try (Leadership leadership = lead("one");
                    Journal journal = JdbcJournal.postgres(leadership, 0)) {
                assertThat(leadership.epoch()).isGreaterThan(last);
                assertThat(journal.epoch()).isGreaterThanOrEqualTo(leadership.epoch());
                last = journal.epoch();
            }
        }
    }

    @Test
    void whoeverStandsByLeadsAtOnceWhenTheLeaderGivesUpAndNotBefore() throws Exception {
        Leadership one = lead("one");
        one.keep(why -> {});
        CompletableFuture<Leadership> next = CompletableFuture.supplyAsync(() -> lead("two"));
        assertThatThrownBy(() -> next.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        long given = System.nanoTime();
        one.close();
        next.get(10, TimeUnit.SECONDS).close();
        assertThat(System.nanoTime() - given).isLessThan(TimeUnit.SECONDS.toNanos(3));
    }

    @Test
    void whoWasDeposedCanWriteNothingAndIsTold() throws Exception {
        Leadership old = lead("old");
        Journal frozen = JdbcJournal.postgres(old, 0);
        frozen.append(List.of(Notes.opened(Notes.JOB)));
        expire();
        try (Leadership next = lead("next");
                Journal journal = JdbcJournal.postgres(next, 0)) {
            assertThatThrownBy(() -> frozen.append(List.of(Notes.opened(new JobId(8)))))
                    .isInstanceOf(JournalException.class);
            // Also over a new connection: its first one was ended when the other took over.
            assertThatThrownBy(() -> frozen.append(List.of(Notes.opened(new JobId(9)))))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("next has taken over");
            assertThatThrownBy(() -> JdbcJournal.postgres(old, 0)).isInstanceOf(JournalException.class);
            CompletableFuture<String> told = new CompletableFuture<>();
            old.keep(told::complete);
            assertThat(told.get(10, TimeUnit.SECONDS)).contains("another coordinator has taken over");
            assertThat(Notes.of(journal)).containsExactly(Notes.opened(Notes.JOB));
            assertThat(journal.epoch()).isGreaterThan(frozen.epoch());
        }
        old.close();
    }

    @Test
    void aTransactionThatTakesLongDoesNotKeepTheLeadershipFromBeingRenewed() throws Exception {
        try (Leadership one = lead("one");
                Connection slow = one.database().connect()) {
            one.database().fence(slow);
            one.keep(why -> {});
            long before = until();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            while (until() == before) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            slow.commit();
        }
    }

    private static long until() throws SQLException {
        try (Connection connection = server().connect();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT (EXTRACT(EPOCH FROM until) * 1000000)::BIGINT FROM leader")) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }

    /** A process may be frozen in the middle of a transaction, which has the row. */
    @Test
    void whoIsFrozenWhileItWritesDoesNotKeepAnotherFromLeading() throws Exception {
        Leadership old = lead("old");
        PostgresDatabase database = old.database();
        Connection frozen = database.connect();
        database.fence(frozen);
        try (Statement statement = frozen.createStatement()) {
            statement.execute("INSERT INTO worker (name) VALUES ('half')");
        }
        expire();
        try (Leadership next = CompletableFuture.supplyAsync(() -> lead("next")).get(10, TimeUnit.SECONDS);
                Journal journal = JdbcJournal.postgres(next, 0)) {
            assertThatThrownBy(frozen::commit).isInstanceOf(SQLException.class);
            assertThat(journal.workers()).isEmpty();
        }
        old.close();
    }

    @Test
    void whoseConnectionsEndAsWithAProcessThatDiesDoesNotKeepOthersWaiting() throws Exception {
        Leadership dead = lead("dead");
        CompletableFuture<Leadership> next = CompletableFuture.supplyAsync(() -> lead("next"));
        assertThatThrownBy(() -> next.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        long died = System.nanoTime();
        dead.database().shut();
        next.get(10, TimeUnit.SECONDS).close();
        assertThat(System.nanoTime() - died).isLessThan(TimeUnit.MILLISECONDS.toNanos(Leadership.LEASE_MILLIS - 1500));
    }

    @Test
    void ofTwoThatWaitOneLeads() throws Exception {
        Leadership old = lead("old");
        List<CompletableFuture<Leadership>> waiting = List.of(
                CompletableFuture.supplyAsync(() -> lead("one")), CompletableFuture.supplyAsync(() -> lead("two")));
        expire();
        CompletableFuture.anyOf(waiting.get(0), waiting.get(1)).get(10, TimeUnit.SECONDS);
        Leadership first = waiting.get(waiting.get(0).isDone() ? 0 : 1).join();
        first.keep(why -> {});
        CompletableFuture<Leadership> other = waiting.get(waiting.get(0).isDone() ? 1 : 0);
        assertThat(other.isDone()).isFalse();
        first.close();
        Leadership second = other.get(10, TimeUnit.SECONDS);
        assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
        second.close();
        old.close();
    }

    @Test
    void codeThatOneHasTheNextCanHave(@TempDir Path folder) throws Exception {
        byte[] content = new byte[(2 << 20) + 7];
        new Random(1).nextBytes(content);
        Path file = Files.write(folder.resolve("one"), content);
        try (Leadership one = lead("one")) {
            one.files().keep("a", file);
            one.files().keep("a", file);
            one.files().keep("empty", Files.createFile(folder.resolve("none")));
        }
        try (Leadership two = lead("two")) {
            Path target = folder.resolve("other/a");
            assertThat(two.files().fetch("a", target)).isTrue();
            assertThat(target).hasBinaryContent(content);
            assertThat(two.files().fetch("empty", target)).isTrue();
            assertThat(target).isEmptyFile();
            assertThat(two.files().fetch("b", folder.resolve("other/b"))).isFalse();
            assertThat(two.files().names()).containsExactlyInAnyOrder("a", "empty");
            two.files().remove("a");
            assertThat(two.files().names()).containsExactly("empty");
            assertThat(two.files().fetch("a", folder.resolve("again"))).isFalse();
            two.files().keep("a", file);
            assertThat(two.files().fetch("a", folder.resolve("again"))).isTrue();
            assertThat(folder.resolve("other"))
                    .isDirectoryContaining("glob:**/a")
                    .isDirectoryNotContaining("glob:**/*part");
        }
    }

    @Test
    void aServerThatCannotBeReachedIsSaidAndThePasswordIsNot() {
        PostgresPlace nowhere = new PostgresPlace("jdbc:postgresql://u:secret@127.0.0.1:1/x?password=secret", "", "");
        assertThatThrownBy(() -> Leadership.await(nowhere, "one", () -> {}, () -> false))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/x cannot be opened")
                .hasMessageNotContaining("secret");
    }
}
