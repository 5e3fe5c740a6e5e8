package io.sheaf.protocol.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SilenceTest {
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(250);

    @Test
    void aPeerIsLostAfterSixSecondsOfTicksWithoutAWord() {
        Silence silence = new Silence(0);
        silence.heard(TICK);
        for (int tick = 1; tick <= 25; tick++) {
            assertThat(silence.isTooLong(tick * TICK)).isFalse();
        }
        assertThat(silence.isTooLong(26 * TICK)).isTrue();
    }

    @Test
    void aPeerIsNotLostBecauseThisProcessWasStopped() {
        Silence silence = new Silence(0);
        assertThat(silence.isTooLong(4 * TICK)).isFalse();
        long thawed = TimeUnit.SECONDS.toNanos(30);
        assertThat(silence.isTooLong(thawed)).isFalse();
        for (int tick = 1; tick <= 20; tick++) {
            assertThat(silence.isTooLong(thawed + tick * TICK)).isFalse();
        }
        assertThat(silence.isTooLong(thawed + 21 * TICK)).isTrue();
    }
}
