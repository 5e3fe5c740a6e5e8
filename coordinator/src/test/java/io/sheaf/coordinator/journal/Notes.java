package io.sheaf.coordinator.journal;

import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.item.Encoding;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What tests write down, and how they read it back. */
final class Notes implements Journal.Reader {
    static final JobId JOB = new JobId(7);

    final List<Entry.OfJob> entries = new ArrayList<>();
    final List<Journal.Elsewhere> elsewhere = new ArrayList<>();

    static List<Entry.OfJob> of(Journal journal) {
        Notes notes = new Notes();
        journal.replay(notes);
        return notes.entries;
    }

    @Override
    public void read(Entry.OfJob entry) {
        entries.add(entry);
    }

    @Override
    public void read(Entry.Happened entry, Journal.Elsewhere body) {
        entries.add(entry);
        elsewhere.add(body);
    }

    static Entry.Opened opened(JobId job) {
        JobSpec spec = new JobSpec(
                "job",
                new Work.Named("x.Y", Optional.empty()),
                new Source.Range(1, 100),
                new Bundle(List.of()),
                ResultForm.OBJECT,
                Policy.defaults(),
                Optional.empty(),
                false,
                true);
        return new Entry.Opened(job, Optional.of("key"), new JobToken("job-x"), spec, 5);
    }

    static Entry.Happened ended(JobId job) {
        return new Entry.Happened(new Fact.InputEnded(job, 100), 6, Optional.empty());
    }

    static Entry.Happened completed(JobId job, Segment results) {
        return new Entry.Happened(new Fact.Completed(job, results.from(), results.to()), 8, Optional.of(results));
    }

    static Entry.Happened arrived(JobId job, Segment items) {
        return new Entry.Happened(new Fact.Arrived(job, items.to(), items.size()), 8, Optional.of(items));
    }

    /** So many bytes that nothing can make shorter. */
    static Segment noise(long from, int bytes) {
        byte[] noise = new byte[bytes];
        new Random(from).nextBytes(noise);
        return Segment.ofBytes(from, noise);
    }

    static Segment zeros(long from, int bytes) {
        return Segment.ofBytes(from, new byte[bytes]);
    }

    static Segment nothing(long from, int count) {
        return new Segment(from, count, Encoding.NULL, 0, Bytes.EMPTY, Bytes.EMPTY);
    }
}
