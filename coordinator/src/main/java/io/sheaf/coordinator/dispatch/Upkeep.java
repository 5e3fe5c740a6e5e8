package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What a coordinator does now and then, so that nothing grows without bound. For one thread. */
final class Upkeep {
    private static final long TIDY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long CODE_NANOS = TimeUnit.MINUTES.toNanos(10);
    /** As long as clients try to come back, if nobody told them otherwise. */
    private static final long ORPHANS_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final JobBook book;
    private final CodeSupply code;
    private final Clock clock;
    private final long orphansUntil;
    private long nextTidy;
    private long nextCode;

    /** Of a coordinator that begins at that time. */
    Upkeep(JobBook book, CodeSupply code, Clock clock, long now) {
        this.book = book;
        this.code = code;
        this.clock = clock;
        this.orphansUntil = now + ORPHANS_NANOS;
        this.nextTidy = now + TIDY_NANOS;
        this.nextCode = now + CODE_NANOS;
    }

    /** When there is something to do, by {@link System#nanoTime}. */
    long nextDeadline() {
        return nextTidy;
    }

    /** Does what is due. */
    void run(long now) {
        if (orphansUntil - now <= 0) {
            book.orphans.giveUp();
        }
        if (nextTidy - now <= 0) {
            nextTidy = now + TIDY_NANOS;
            book.archive.tidy(clock.millis());
        }
        if (nextCode - now <= 0) {
            nextCode = now + CODE_NANOS;
            code.keepOnly(needed(), now);
        }
    }

    private Set<CodeId> needed() {
        return book.all().stream()
                .flatMap(job -> job.spec.code().files().stream())
                .map(CodeFile::id)
                .collect(Collectors.toSet());
    }
}
