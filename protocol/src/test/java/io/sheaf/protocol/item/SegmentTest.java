package io.sheaf.protocol.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.RecordCodec;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SegmentTest {
    private static final RecordCodec<Segment> CODEC = RecordCodec.of(Segment.class);
    private static final SegmentReader READER = new SegmentReader(SegmentTest.class.getClassLoader());

    private static Segment write(List<? extends @Nullable Object> values) throws IOException {
        SegmentWriter writer = new SegmentWriter();
        for (Object value : values) {
            writer.add(value);
        }
        return writer.take(100);
    }

    private static List<@Nullable Object> read(Segment segment) throws Exception {
        List<@Nullable Object> values = new ArrayList<>();
        for (long index = segment.from(); index < segment.to(); index++) {
            values.add(READER.read(segment, index));
        }
        return values;
    }

    private static void survives(@Nullable Object... values) throws Exception {
        Segment segment = write(Arrays.asList(values));
        Segment travelled = CODEC.fromBytes(CODEC.toBytes(segment));
        assertThat(travelled).isEqualTo(segment);
        assertThat(read(travelled)).isEqualTo(Arrays.asList(values));
    }

    @Test
    void everyKindOfValueComesBackAsItWas() throws Exception {
        survives(true, false);
        survives((byte) -1, (byte) 127);
        survives((short) -2, (short) 300);
        survives('a', '\uffff');
        survives(1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE);
        survives(1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE);
        survives(1.5f, Float.NaN, -0.0f);
        survives(1.5, Double.NaN, -0.0, Double.MIN_VALUE);
        survives("", "plain", "größer", "\uD83D\uDE00", "half \uD800", "\uDC00 half");
        survives(Path.of("a/b"), Path.of("/c"));
        survives(URI.create("http://x/y?z#w"), URI.create("mailto:a@b"));
        survives(new BigDecimal("1.10"), new Point(1, 2));
        survives(null, null);
    }

    @Test
    void valuesOfSeveralKindsShareASegment() throws Exception {
        survives(1, "two", null, 3.0, List.of(4, 5), new Point(6, 7), 8L);
        survives(1, 2, 3, "four");
    }

    @Test
    void listsComeBackAsListsOfTheirKind() throws Exception {
        survives(new ArrayList<>(List.of(1, "a")), List.of(), List.of(1), List.of("a", "b", "c"));
        survives(Arrays.asList(1, 2), Collections.emptyList(), new ArrayList<>(Arrays.asList(1, null)));
        List<@Nullable Object> immutable = read(write(List.of(List.of(1, 2, 3))));
        assertThat(immutable.get(0).getClass()).isEqualTo(List.of(1, 2, 3).getClass());
    }

    @Test
    void aListThatContainsItselfGoesThroughJavaSerialization() throws Exception {
        List<Object> self = new ArrayList<>();
        self.add(self);
        List<?> back = (List<?>) read(write(List.of(self))).get(0);
        assertThat(back.get(0)).isSameAs(back);
    }

    @Test
    void bytesAreBytes() throws Exception {
        byte[] large = new byte[100_000];
        new Random(1).nextBytes(large);
        List<@Nullable Object> back = read(write(List.of(large, new byte[0])));
        assertThat((byte[]) back.get(0)).isEqualTo(large);
        assertThat((byte[]) back.get(1)).isEmpty();
    }

    @Test
    void slicesOfSlicesHaveTheSameValues() throws Exception {
        Random random = new Random(7);
        for (List<Object> values : List.of(numbers(200), texts(200), mixed(200))) {
            Segment whole = write(values);
            for (int round = 0; round < 100; round++) {
                int from = random.nextInt(200);
                int to = from + random.nextInt(200 - from + 1);
                Segment slice = whole.slice(100 + from, 100 + to);
                int within = from + (to - from) / 2;
                Segment part = CODEC.fromBytes(CODEC.toBytes(slice)).slice(100 + within, 100 + to);
                assertThat(read(part.compact())).isEqualTo(values.subList(within, to));
            }
        }
    }

    private static List<Object> numbers(int count) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(i);
        }
        return values;
    }

    private static List<Object> texts(int count) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add("x".repeat(i));
        }
        return values;
    }

    private static List<Object> mixed(int count) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(i % 3 == 0 ? (Object) i : "text " + i);
        }
        return values;
    }

    @Test
    void aSliceOutsideIsAnError() throws Exception {
        Segment segment = write(List.of(1, 2));
        assertThatThrownBy(() -> segment.slice(99, 101)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> segment.slice(101, 103)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aValueThatCannotBeSerializedLeavesTheWriterAsItWas() throws Exception {
        SegmentWriter writer = new SegmentWriter();
        writer.add(1);
        assertThatThrownBy(() -> writer.add(new Object())).isInstanceOf(IOException.class);
        writer.add(2);
        assertThat(read(writer.take(0))).containsExactly(1, 2);
    }

    @Test
    void damagedBytesGiveAnErrorAndNothingElse() throws Exception {
        byte[] good = CODEC.toBytes(write(List.of(1, "two", List.of(3), new Point(4, 5), "six")))
                .copy();
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = Arrays.copyOf(good, round % 2 == 0 ? good.length : random.nextInt(good.length));
            if (bad.length > 0) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Segment segment = CODEC.fromBytes(Bytes.wrap(bad));
                for (long index = segment.from(); index < Math.min(segment.to(), segment.from() + 10); index++) {
                    READER.read(segment, index);
                }
            } catch (IOException | ClassNotFoundException e) {
                assertThat(e).isNotNull();
            }
        }
    }

    @Test
    void whatSlicesASegmentMayTrustItsEnds() throws Exception {
        Bytes swapped = Bytes.wrap(new byte[] {0, 0, 0, 9, 0, 0, 0, 2});
        assertThatThrownBy(() -> new Segment(0, 2, Encoding.STRING, 0, swapped, Bytes.ofText("ab")))
                .isInstanceOf(IllegalArgumentException.class);
        byte[] written = CODEC.toBytes(write(List.of("one", "two", "three"))).copy();
        for (int at = 0; at < written.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] bad = written.clone();
                bad[at] ^= (byte) (1 << bit);
                sliceEverywhere(bad);
            }
        }
    }

    private static void sliceEverywhere(byte[] bytes) {
        Segment segment;
        try {
            segment = CODEC.fromBytes(Bytes.wrap(bytes));
        } catch (IOException e) {
            return;
        }
        long last = Math.min(segment.to(), segment.from() + 10);
        for (long from = segment.from(); from <= last; from++) {
            for (long to = from; to <= last; to++) {
                assertThat(segment.slice(from, to).count()).isEqualTo((int) (to - from));
            }
        }
    }

    @Test
    void listsThatNobodyWritesAreDamage() throws Exception {
        Bytes list = CODEC.toBytes(new Segment(0, 0, Encoding.INT, 0, Bytes.EMPTY, Bytes.EMPTY));
        for (int depth = 0; depth < 10_000; depth++) {
            list = CODEC.toBytes(one(Encoding.LIST, list));
        }
        Segment deep = one(Encoding.LIST, list);
        assertThatThrownBy(() -> READER.read(deep, 0)).isInstanceOf(IOException.class);
        Segment nulls = one(
                Encoding.IMMUTABLE_LIST, CODEC.toBytes(new Segment(0, 2, Encoding.NULL, 0, Bytes.EMPTY, Bytes.EMPTY)));
        assertThatThrownBy(() -> READER.read(nulls, 0)).isInstanceOf(IOException.class);
        Segment uri = one(Encoding.URI, Bytes.ofText("no uri"));
        assertThatThrownBy(() -> READER.read(uri, 0)).isInstanceOf(IOException.class);
    }

    private static Segment one(Encoding encoding, Bytes value) {
        int length = value.length();
        Bytes end = Bytes.wrap(
                new byte[] {(byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length});
        return new Segment(0, 1, encoding, 0, end, value);
    }

    @Test
    void longsAreMadeWithoutAWriter() throws Exception {
        assertThat(read(Segment.ofLongs(5, 3, 40))).containsExactly(40L, 41L, 42L);
    }

    record Point(int x, int y) implements Serializable {}
}
