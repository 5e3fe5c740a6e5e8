package io.sheaf.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.job.Headway;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KeptItemsTest {
    private final KeptItems kept = new KeptItems();

    @Test
    void onlyWhatHasNoEndIsSentAgainAndTheRestIsSaid() {
        kept.add(Segment.ofLongs(0, 10, 100));
        kept.finished(Segment.ofLongs(2, 3, 0));
        kept.failed(7);

        assertThat(kept.restart()).isEqualTo(new Headway(List.of(new Range(2, 5), new Range(7, 8)), 1));
        assertThat(resent()).containsExactly(100L, 101L, 105L, 106L, 108L, 109L);
        assertThat(kept.succeeded()).isEqualTo(3);
        assertThat(kept.failed()).isEqualTo(1);
    }

    @Test
    void resultsOfItemsThatWereNeverSentAreKeptAsWell() {
        assertThat(kept.finished(Segment.ofLongs(1_000, 9, 0))).hasSize(1);
        assertThat(kept.restart()).isEqualTo(new Headway(List.of(new Range(1_000, 1_009)), 0));
        assertThat(kept.resend()).isEmpty();
    }

    @Test
    void anEndIsNewsOnlyOnce() {
        kept.add(Segment.ofLongs(0, 4, 0));
        kept.finished(Segment.ofLongs(1, 1, 0));

        assertThat(kept.failed(1)).isFalse();
        assertThat(kept.finished(Segment.ofLongs(1, 1, 0))).isEmpty();
        assertThat(kept.finished(Segment.ofLongs(0, 3, 0)))
                .extracting(Segment::from)
                .containsExactly(0L, 2L);
    }

    @Test
    void whatEndsWhileTheRestIsSentAgainIsSentNevertheless() {
        kept.add(Segment.ofLongs(0, 4, 0));
        kept.restart();
        kept.failed(1);

        assertThat(resent()).containsExactly(0L, 1L, 2L, 3L);
        kept.restart();
        assertThat(resent()).containsExactly(0L, 2L, 3L);
    }

    @Test
    void whatHasEndedTakesNoMemory() throws Exception {
        SegmentWriter writer = new SegmentWriter();
        for (int i = 0; i < 1000; i++) {
            writer.add("x".repeat(100));
        }
        kept.add(writer.take(0));
        kept.finished(Segment.ofLongs(0, 500, 0));
        kept.finished(Segment.ofLongs(501, 499, 0));

        assertThat(kept.bytes()).isLessThan(300);
        kept.restart();
        Segment last = kept.resend().orElseThrow();
        assertThat(last.data().array().length).isLessThan(300);
    }

    @Test
    void whateverEndsAndHoweverOftenTheConnectionIsLostEachItemEndsOnce() throws Exception {
        for (long seed = 0; seed < 300; seed++) {
            live(new Random(seed));
        }
    }

    /** The peer is a set of what was sent over the present connection, some of which ends in any order. */
    private static void live(Random random) throws Exception {
        KeptItems items = new KeptItems();
        Set<Long> ended = new TreeSet<>();
        TreeSet<Long> peer = new TreeSet<>();
        long total = 0;
        while (ended.size() < 200) {
            int what = random.nextInt(10);
            if (what < 4 && total < 200) {
                int count = (int) Math.min(200 - total, 1 + random.nextInt(20));
                Segment more = Segment.ofLongs(total, count, total);
                items.add(more);
                read(more, peer);
                total += count;
            } else if (what < 9 && !peer.isEmpty()) {
                long from = random.nextInt((int) total);
                long to = Math.min(total, from + 1 + random.nextInt(10));
                for (Segment news : items.finished(Segment.ofLongs(from, (int) (to - from), 0))) {
                    for (long index = news.from(); index < news.to(); index++) {
                        assertThat(ended.add(index)).isTrue();
                    }
                }
                assertThat(ended).containsAll(LongStream.range(from, to).boxed().toList());
            } else if (what == 9) {
                Headway headway = items.restart();
                assertThat(headway.count()).isEqualTo(ended.size());
                peer.clear();
                for (Optional<Segment> next = items.resend(); next.isPresent(); next = items.resend()) {
                    read(next.get(), peer);
                }
                assertThat(peer).noneMatch(ended::contains).hasSize((int) total - ended.size());
            }
        }
        assertThat(items.isEmpty()).isTrue();
    }

    private List<Long> resent() {
        List<Long> values = new ArrayList<>();
        try {
            for (Optional<Segment> next = kept.resend(); next.isPresent(); next = kept.resend()) {
                read(next.get(), values);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return values;
    }

    private static void read(Segment segment, Collection<Long> into) throws Exception {
        SegmentReader reader = new SegmentReader(KeptItemsTest.class.getClassLoader());
        for (long index = segment.from(); index < segment.to(); index++) {
            into.add((Long) reader.read(segment, index));
        }
    }
}
