package io.sheaf.protocol.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReliableChannelTest {
    private static final long OVERDUE = 100;

    /** One end and what is on its way from it. */
    private static final class End implements ReliableChannel.Paths {
        private final ReliableChannel channel = new ReliableChannel(this, OVERDUE);
        private final List<Bytes> control = new ArrayList<>();
        private final List<Body> bodies = new ArrayList<>();
        private final List<Integer> delivered = new ArrayList<>();
        private int sent;

        private record Body(long number, Bytes payload) {}

        @Override
        public void control(Bytes parcel) {
            control.add(parcel);
        }

        @Override
        public void body(long number, Bytes payload) {
            bodies.add(new Body(number, payload));
        }

        void deliver(List<Bytes> payloads) {
            for (Bytes payload : payloads) {
                delivered.add(Integer.parseInt(payload.text().strip()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whateverThePathsDoEachMessageIsDeliveredOnceAndInOrder(long seed) throws Exception {
        Random random = new Random(seed);
        End left = new End();
        End right = new End();
        long now = 0;
        for (int step = 0; step < 3000; step++) {
            now += random.nextInt(10);
            send(left, random, step < 2000);
            send(right, random, step < 2000);
            carry(left, right, random, now);
            carry(right, left, random, now);
            if (random.nextInt(20) == 0) {
                left.channel.tick(now);
                right.channel.tick(now);
            }
            if (random.nextInt(200) == 0) {
                left.bodies.clear();
                right.control.clear();
                left.channel.repeatBodies();
                left.channel.resume(right.channel.received(), now);
                right.channel.resume(left.channel.received(), now);
            }
        }
        for (int step = 0; step < 1000; step++) {
            now += 20;
            left.channel.tick(now);
            right.channel.tick(now);
            left.channel.flush(now);
            right.channel.flush(now);
            carryAll(left, right, now);
            carryAll(right, left, now);
        }
        assertDelivered(left.sent, right.delivered);
        assertDelivered(right.sent, left.delivered);
        assertThat(left.channel.undelivered()).isEmpty();
    }

    @Test
    void whoHasNothingToSayShowsOnceASecondThatItLives() {
        End end = new End();
        for (int tick = 1; tick <= 40; tick++) {
            end.channel.tick(TimeUnit.MILLISECONDS.toNanos(250L * tick));
        }
        assertThat(end.control).hasSize(10);
    }

    @Test
    void whatCameIsAcknowledgedWithTheNextTickAlsoWhenItCameBefore() throws Exception {
        End left = new End();
        End right = new End();
        left.channel.tick(0);
        right.channel.tick(0);
        left.channel.send(Bytes.ofText("0"));
        left.channel.flush(1);
        carryAll(left, right, 2);
        right.channel.tick(3);
        right.control.clear();

        left.channel.tick(OVERDUE + 2);
        carryAll(left, right, OVERDUE + 3);
        right.channel.tick(OVERDUE + 4);
        carryAll(right, left, OVERDUE + 5);

        assertThat(right.delivered).containsExactly(0);
        assertThat(left.channel.undelivered()).isEmpty();
    }

    private static void send(End end, Random random, boolean more) {
        if (more && random.nextInt(3) == 0) {
            String text = Integer.toString(end.sent++);
            boolean large = random.nextInt(10) == 0;
            end.channel.send(Bytes.ofText(large ? text + " ".repeat(ReliableChannel.LARGEST_INLINE) : text));
        }
        end.channel.flush(0);
    }

    /** Loses, repeats and reorders parcels; bodies only overtake each other, and are lost when their path breaks. */
    private static void carry(End from, End to, Random random, long now) throws Exception {
        if (!from.control.isEmpty() && random.nextBoolean()) {
            Bytes parcel = from.control.get(random.nextInt(from.control.size()));
            if (random.nextInt(4) != 0) {
                from.control.remove(parcel);
            }
            if (random.nextInt(10) != 0) {
                to.deliver(to.channel.control(parcel, now));
            }
        }
        if (!from.bodies.isEmpty() && random.nextBoolean()) {
            End.Body body = from.bodies.remove(random.nextInt(from.bodies.size()));
            to.deliver(to.channel.body(body.number, body.payload));
        }
    }

    private static void carryAll(End from, End to, long now) throws Exception {
        for (Bytes parcel : from.control) {
            to.deliver(to.channel.control(parcel, now));
        }
        for (End.Body body : from.bodies) {
            to.deliver(to.channel.body(body.number, body.payload));
        }
        from.control.clear();
        from.bodies.clear();
    }

    private static void assertDelivered(int sent, List<Integer> delivered) {
        assertThat(sent).isPositive();
        assertThat(delivered).hasSize(sent);
        for (int i = 0; i < sent; i++) {
            assertThat(delivered.get(i)).isEqualTo(i);
        }
    }
}
