package io.sheaf.coordinator.journal;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that appends batches of entries to a journal, and says after each that it is written. Batch {@code n} is of
 * job {@code n}: its beginning, some results of all sizes, and its end.
 */
final class Appending {
    private Appending() {}

    public static void main(String[] arguments) {
        try (Journal journal = JdbcJournal.sqlite(Path.of(arguments[0]), 0)) {
            long first = Long.parseLong(arguments[1]);
            for (long number = first; number < first + 1_000_000; number++) {
                journal.append(batch(number));
                System.out.println(number);
                if (number % 7 == 0) {
                    journal.append(List.of(new Entry.Forgotten(new JobId(number - 5))));
                    System.out.println(-(number - 5));
                    journal.tidy();
                }
            }
        }
    }

    /** The same each time. */
    static List<Entry> batch(long number) {
        JobId job = new JobId(number);
        Random random = new Random(number);
        List<Entry> entries = new ArrayList<>();
        entries.add(Notes.opened(job));
        long index = 0;
        for (int i = random.nextInt(6); i > 0; i--) {
            Segment results = random.nextInt(8) == 0
                    ? Notes.noise(index, random.nextInt(60_000))
                    : Segment.ofLongs(index, 1 + random.nextInt(50), number);
            entries.add(Notes.completed(job, results));
            index = results.to();
        }
        entries.add(Notes.ended(job));
        return entries;
    }
}
