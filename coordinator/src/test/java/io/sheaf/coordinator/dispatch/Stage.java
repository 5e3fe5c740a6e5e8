package io.sheaf.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.journal.JdbcJournal;
import io.sheaf.coordinator.spill.Memory;
import io.sheaf.coordinator.spill.SpillDirectory;
import io.sheaf.coordinator.spill.SpilledFiles;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;

/** A coordinator among clients and workers that the test plays. */
final class Stage implements AutoCloseable {
    static final long EPOCH = 1_000;

    final LinkedBlockingQueue<CodeId> supplied = new LinkedBlockingQueue<>();
    final CountDownLatch fatal = new CountDownLatch(1);
    final Coordinator coordinator;
    private final Path disk;
    private long requests;

    Stage() {
        this(64 << 20);
    }

    /** With so many bytes of memory for items and results. */
    Stage(long budget) {
        this(budget, Keeping.inMemory());
    }

    /** One that writes durable jobs down in a directory, and knows those that are written down there. */
    static Stage keeping(Path journal) {
        return new Stage(
                64 << 20, new Keeping(Optional.of(JdbcJournal.sqlite(journal, EPOCH)), Long.MAX_VALUE, Long.MAX_VALUE));
    }

    /** The same, which has lost some code. */
    static Stage keeping(Path journal, CodeId missing) {
        return new Stage(
                64 << 20,
                new Keeping(Optional.of(JdbcJournal.sqlite(journal, EPOCH)), Long.MAX_VALUE, Long.MAX_VALUE),
                Set.of(missing));
    }

    Stage(long budget, Keeping keeping) {
        this(budget, keeping, Set.of());
    }

    private Stage(long budget, Keeping keeping, Set<CodeId> missing) {
        try {
            this.disk = Files.createTempDirectory("sheaf-stage");
            this.coordinator = new Coordinator(
                    new CoordinatorInfo("0.1", "here", 42, EPOCH, List.of("a = b (default)")),
                    supply(missing),
                    new Memory(budget, SpillDirectory.open(disk)),
                    keeping,
                    Clock.fixed(Instant.ofEpochMilli(EPOCH), ZoneOffset.UTC),
                    fatal::countDown);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CodeSupply supply(Set<CodeId> missing) {
        return new CodeSupply() {
            @Override
            public void supply(CodeId id, WorkerPort port) {
                supplied.add(id);
            }

            @Override
            public boolean has(CodeFile file) {
                return !missing.contains(file.id());
            }
        };
    }

    /** Where this coordinator alone spills. */
    Path ownDirectory() throws IOException {
        try (Stream<Path> all = Files.list(disk)) {
            return all.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    /** What is on disk. */
    List<Path> spilled() throws IOException {
        return SpilledFiles.in(disk);
    }

    FakeClient client() {
        FakeClient client = new FakeClient();
        coordinator.opened(client, Optional.empty());
        return client;
    }

    FakeWorker patient(String name, int slots) {
        return FakeWorker.patient(coordinator, name, slots).register();
    }

    FakeWorker eager(String name, int slots) {
        return FakeWorker.eager(coordinator, name, slots).register();
    }

    void say(FakeClient client, FromClient message) {
        coordinator.received(client, message);
    }

    JobId submit(FakeClient client, Source source, boolean live) throws InterruptedException {
        say(client, new FromClient.Submit(++requests, spec(source, live)));
        return client.await(ToClient.Accepted.class).job();
    }

    JobId submitRange(FakeClient client, long items, boolean live) throws InterruptedException {
        return submit(client, new Source.Range(1, items), live);
    }

    /** Answered after everything that was said before. */
    JobStatus describe(FakeClient client, JobId job) throws InterruptedException {
        long request = ++requests;
        say(client, new FromClient.DescribeJob(request, job));
        ToClient.Job answer = client.await(ToClient.Job.class);
        while (answer.request() != request) {
            answer = client.await(ToClient.Job.class);
        }
        return answer.job();
    }

    ToClient.Page page(FakeClient client, JobId job, long from) throws InterruptedException {
        say(client, new FromClient.FetchResults(++requests, job, from));
        return client.await(ToClient.Page.class);
    }

    static JobSpec spec(Source source, boolean live) {
        Work work = new Work.Named("x.Y", Optional.empty());
        return new JobSpec(
                "job",
                work,
                source,
                new Bundle(List.of()),
                ResultForm.OBJECT,
                Policy.defaults(),
                Optional.empty(),
                live,
                false);
    }

    static Segment segment(long from, Object... values) throws IOException {
        SegmentWriter writer = new SegmentWriter();
        for (Object value : values) {
            writer.add(value);
        }
        return writer.take(from);
    }

    static ItemFailure failure(FakeWorker worker, long index) {
        Thrown thrown = new Thrown("x.Bad", "no", List.of(), Optional.empty(), List.of());
        return new ItemFailure(index, 1, worker.id, new Failure.Threw(thrown, Bytes.EMPTY));
    }

    static DeathReport death(FakeWorker worker) {
        return new DeathReport(
                "worker", worker.id, "host", OptionalLong.of(1), OptionalInt.empty(), OptionalInt.of(9), "", List.of());
    }

    @Override
    public void close() {
        coordinator.close();
        try {
            assertThat(spilled()).isEmpty();
            Files.delete(disk.resolve("lock"));
            Files.delete(disk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
