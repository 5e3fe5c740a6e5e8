package io.sheaf.protocol.item;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IntervalsTest {
    @Test
    void behavesAsASetOfNumbers() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            Intervals intervals = new Intervals();
            BitSet model = new BitSet();
            for (int step = 0; step < 100; step++) {
                int from = random.nextInt(100);
                int to = from + random.nextInt(20);
                if (random.nextBoolean()) {
                    int before = model.cardinality();
                    model.set(from, to);
                    long added = intervals.add(from, to).stream()
                            .mapToLong(Intervals.Range::count)
                            .sum();
                    assertThat(added).isEqualTo(model.cardinality() - before);
                } else {
                    model.clear(from, to);
                    intervals.remove(from, to);
                }
                assertSame(intervals, model);
            }
        }
    }

    private static void assertSame(Intervals intervals, BitSet model) {
        assertThat(intervals.size()).isEqualTo(model.cardinality());
        long last = -2;
        for (Intervals.Range range : intervals.ranges()) {
            assertThat(range.from()).as("ranges do not touch").isGreaterThan(last);
            last = range.to();
        }
        for (int i = 0; i < 125; i++) {
            assertThat(intervals.contains(i)).isEqualTo(model.get(i));
        }
        long within = intervals.within(10, 50).stream()
                .mapToLong(Intervals.Range::count)
                .sum();
        assertThat(within).isEqualTo(model.get(10, 50).cardinality());
        long gaps = intervals.gaps(10, 50).stream()
                .mapToLong(Intervals.Range::count)
                .sum();
        assertThat(gaps).isEqualTo(40 - within);
    }
}
