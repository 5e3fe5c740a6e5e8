package io.sheaf.worker.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.CodeId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DepartureTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Departure departure = new Departure();
    private int goodbyes;

    private void tick(long millis, FromWorker... undelivered) {
        departure.tick(millis * MILLI, () -> List.of(undelivered), () -> goodbyes++);
    }

    @Test
    void goodbyeIsSaidOnceWhenAllHasArrivedAndItsAnswerIsTheEnd() {
        departure.begin(0);
        tick(100, new FromWorker.Leaving());
        assertThat(goodbyes).isZero();
        tick(200);
        tick(300);
        assertThat(goodbyes).isEqualTo(1);
        assertThat(departure.over()).isNotDone();
        departure.answered();
        assertThat(departure.over()).isDone();
    }

    @Test
    void whatDoesNotArriveWithinTwoSecondsIsNotWaitedFor() {
        departure.begin(0);
        tick(1999, new FromWorker.Leaving());
        assertThat(goodbyes).isZero();
        tick(2000, new FromWorker.Leaving());
        assertThat(goodbyes).isEqualTo(1);
    }

    @Test
    void aCoordinatorThatIsGoneIsNotWaitedForUnlessThereIsMoreToSayThanThatOneLeaves() {
        FromWorker other = new FromWorker.CodeWanted(new CodeId("a".repeat(64)));
        departure.begin(0);
        departure.refused(true);
        tick(100, new FromWorker.Leaving(), other);
        assertThat(departure.over()).isNotDone();
        tick(200, new FromWorker.Leaving());
        assertThat(goodbyes).isEqualTo(1);
        assertThat(departure.over()).isDone();
    }
}
