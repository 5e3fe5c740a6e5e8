package io.sheaf.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.item.SegmentWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KeptItemsTest {
    private final KeptItems kept = new KeptItems();

    @Test
    void overTheFirstConnectionNumbersAreAsTheyAre() {
        assertThat(kept.add(Segment.ofLongs(0, 10, 100)).from()).isZero();
        assertThat(kept.add(Segment.ofLongs(10, 5, 110)).from()).isEqualTo(10);
        assertThat(kept.finished(Segment.ofLongs(3, 9, 0)))
                .extracting(Segment::from, Segment::to)
                .containsExactly(tuple(3L, 10L), tuple(10L, 12L));
        assertThat(kept.sent()).isEqualTo(15);
    }

    @Test
    void onlyWhatHasNoResultIsSentAgainUnderNumbersWithoutGaps() {
        kept.add(Segment.ofLongs(0, 10, 100));
        kept.finished(Segment.ofLongs(2, 3, 0));
        kept.failed(7);
        kept.restart();

        assertThat(resent()).containsExactly(100L, 101L, 105L, 106L, 108L, 109L);
        assertThat(kept.sent()).isEqualTo(6);
        assertThat(kept.add(Segment.ofLongs(10, 1, 110)).from()).isEqualTo(6);
        assertThat(kept.failed(5)).isEqualTo(OptionalLong.of(9));
    }

    @Test
    void aResultThatCoversSeveralRunsIsToldUnderTheFirstNumbers() {
        kept.add(Segment.ofLongs(0, 6, 0));
        kept.finished(Segment.ofLongs(2, 2, 0));
        kept.restart();
        resent();

        assertThat(kept.finished(Segment.ofLongs(0, 4, 50)))
                .extracting(Segment::from, Segment::to)
                .containsExactly(tuple(0L, 2L), tuple(4L, 6L));
        assertThat(kept.isEmpty()).isTrue();
    }

    @Test
    void anEndIsNewsOnlyOnce() {
        kept.add(Segment.ofLongs(0, 4, 0));
        kept.finished(Segment.ofLongs(1, 1, 0));

        assertThat(kept.failed(1)).isEmpty();
        assertThat(kept.finished(Segment.ofLongs(1, 1, 0))).isEmpty();
        assertThat(kept.finished(Segment.ofLongs(0, 3, 0)))
                .extracting(Segment::from)
                .containsExactly(0L, 2L);
    }

    @Test
    void anItemThatNobodyWantsIsNotSentAgainNorTold() {
        kept.add(Segment.ofLongs(0, 4, 0));
        assertThat(kept.drop(1)).isEqualTo(new KeptItems.Dropped(true, OptionalLong.of(1)));
        assertThat(kept.drop(1)).isEqualTo(new KeptItems.Dropped(false, OptionalLong.empty()));
        assertThat(kept.failed(1)).isEmpty();
        kept.restart();
        assertThat(kept.drop(3)).isEqualTo(new KeptItems.Dropped(true, OptionalLong.empty()));

        assertThat(resent()).containsExactly(0L, 2L);
        assertThat(kept.drop(2)).isEqualTo(new KeptItems.Dropped(true, OptionalLong.of(1)));
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

    /** The peer is a list of what was sent over the present connection, some of which ends in any order. */
    private static void live(Random random) throws Exception {
        KeptItems items = new KeptItems();
        Set<Long> ended = new TreeSet<>();
        List<Long> peer = new ArrayList<>();
        long total = 0;
        while (ended.size() < 200) {
            int what = random.nextInt(10);
            if (what < 4 && total < 200) {
                int count = (int) Math.min(200 - total, 1 + random.nextInt(20));
                read(items.add(Segment.ofLongs(total, count, total)), peer);
                total += count;
            } else if (what < 9 && !peer.isEmpty()) {
                int from = random.nextInt(peer.size());
                int count = 1 + random.nextInt(Math.min(10, peer.size() - from));
                for (Segment news : items.finished(Segment.ofLongs(from, count, 0))) {
                    for (long index = news.from(); index < news.to(); index++) {
                        assertThat(ended.add(index)).isTrue();
                    }
                }
                assertThat(ended).containsAll(peer.subList(from, from + count));
            } else if (what == 9) {
                items.restart();
                peer.clear();
                for (Optional<Segment> next = items.resend(); next.isPresent(); next = items.resend()) {
                    assertThat(next.get().from()).isEqualTo(peer.size());
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

    private static void read(Segment segment, List<Long> into) throws Exception {
        SegmentReader reader = new SegmentReader(KeptItemsTest.class.getClassLoader());
        for (long index = segment.from(); index < segment.to(); index++) {
            into.add((Long) reader.read(segment, index));
        }
    }
}
