package io.sheaf.protocol.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepeatedTest {
    @Test
    void neighboursAtTheSameAttemptAreOneRange() {
        List<Repeated> ranges = new ArrayList<>();
        for (long index = 0; index < 1000; index++) {
            Repeated.append(ranges, index, index < 400 ? 2 : 3);
        }
        Repeated.append(ranges, 1001, 3);
        assertThat(ranges)
                .containsExactly(new Repeated(0, 400, 2), new Repeated(400, 1000, 3), new Repeated(1001, 1002, 3));
    }

    @Test
    void whatIsNotSpokenOfIsAtItsFirstAttempt() {
        List<Repeated> ranges = List.of(new Repeated(2, 4, 2), new Repeated(4, 5, 3), new Repeated(7, 8, 4));
        List<Integer> attempts = new ArrayList<>();
        for (long index = 0; index < 10; index++) {
            attempts.add(Repeated.attempt(ranges, index));
        }
        assertThat(attempts).containsExactly(1, 1, 2, 2, 3, 1, 1, 4, 1, 1);
        assertThat(Repeated.attempt(List.of(), 5)).isEqualTo(1);
    }

    @Test
    void aPartOfALeaseSpeaksOfItsItemsOnly() {
        List<Repeated> ranges = List.of(new Repeated(2, 6, 2), new Repeated(8, 9, 3));
        assertThat(Repeated.within(ranges, 3, 5)).containsExactly(new Repeated(3, 5, 2));
        assertThat(Repeated.within(ranges, 5, 20)).containsExactly(new Repeated(5, 6, 2), new Repeated(8, 9, 3));
        assertThat(Repeated.within(ranges, 6, 8)).isEmpty();
    }
}
