package io.sheaf.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.FakeNode;
import io.sheaf.protocol.ClientConversation.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaysTest {
    private static final CoordinatorAddress ONE = CoordinatorAddress.parse("one");
    private static final CoordinatorAddress TWO = CoordinatorAddress.parse("two");

    private final Hosts hosts = new Hosts();
    private FakeNode node;

    @BeforeEach
    void start() throws IOException {
        node = FakeNode.listening(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5, "");
    }

    @AfterEach
    void stop() throws IOException {
        hosts.thawed.countDown();
        node.close();
    }

    @Test
    void theOneAtWorkIsFoundBesideOneThatIsFrozen() {
        hosts.states.put(ONE, State.FROZEN);
        hosts.states.put(TWO, State.AT_WORK);

        try (Session session = open(5_000)) {
            assertThat(session.slots()).isEqualTo(5);
        }
        assertThat(hosts.opened).containsOnlyKeys(TWO);
    }

    @Test
    void whoComesBetweenTwoOfThemWaitsForTheNext() {
        hosts.states.put(ONE, State.GONE);
        hosts.states.put(TWO, State.COMES);

        open(20_000).close();
        assertThat(hosts.opened).containsOnlyKeys(TWO);
        assertThat(hosts.asked.get(TWO)).isEqualTo(4);
    }

    @Test
    void whereNobodyIsAtWorkInTimeAllOfThemAreNamed() {
        hosts.states.put(ONE, State.GONE);
        hosts.states.put(TWO, State.GONE);

        assertThatThrownBy(() -> open(500))
                .isInstanceOf(ClusterUnreachableException.class)
                .hasMessageContaining("http://one:8520")
                .hasMessageContaining("http://two:8520");
        assertThat(hosts.asked.get(ONE)).isGreaterThan(1);
    }

    @Test
    void whoIsNotLetInIsToldAtOnce() {
        hosts.states.put(ONE, State.GONE);
        hosts.states.put(TWO, State.GUARDED);

        assertThatThrownBy(() -> open(60_000)).isInstanceOf(RequestFailedException.class);
    }

    @Test
    void thatAnotherIsAtWorkIsKnownOnlyWhenItAnswers() {
        hosts.states.put(ONE, State.AT_WORK);
        hosts.states.put(TWO, State.GONE);
        open(5_000).close();
        Supplier<Optional<String>> others = hosts.othersThanOne();

        assertThat(others.get()).isEmpty();
        hosts.states.put(TWO, State.GUARDED);
        assertThat(others.get()).isEmpty();
        hosts.states.put(TWO, State.AT_WORK);
        assertThat(others.get()).contains("http://two:8520");
    }

    @Test
    void theOnlyOneIsNotAskedForOthers() {
        hosts.states.put(ONE, State.AT_WORK);
        new Ways(List.of(ONE), 5_000, hosts).open(why -> {}).close();

        assertThat(hosts.othersThanOne().get()).isEmpty();
        assertThat(hosts.asked).isEmpty();
    }

    private SocketSession open(long limitMillis) {
        return new Ways(List.of(ONE, TWO), limitMillis, hosts).open(why -> {});
    }

    private enum State {
        GONE,
        FROZEN,
        COMES,
        GUARDED,
        AT_WORK
    }

    private final class Hosts implements Ways.Reach {
        final Map<CoordinatorAddress, State> states = new ConcurrentHashMap<>();
        final Map<CoordinatorAddress, Integer> asked = new ConcurrentHashMap<>();
        final Map<CoordinatorAddress, Supplier<Optional<String>>> opened = new ConcurrentHashMap<>();
        final CountDownLatch thawed = new CountDownLatch(1);

        Supplier<Optional<String>> othersThanOne() {
            return Objects.requireNonNull(opened.get(ONE));
        }

        @Override
        public void ask(CoordinatorAddress address, int patienceMillis) {
            int times = asked.merge(address, 1, Integer::sum);
            State state = states.get(address);
            if (state == State.GUARDED) {
                throw new RequestFailedException(Problem.NOT_AUTHENTICATED, "no");
            }
            if (state == State.FROZEN) {
                awaitThaw(patienceMillis);
            }
            boolean isThere = state == State.AT_WORK || (state == State.COMES && times > 3);
            if (!isThere) {
                throw new ClusterUnreachableException("nobody at " + address, null);
            }
        }

        private void awaitThaw(int patienceMillis) {
            try {
                assertThat(thawed.await(patienceMillis, TimeUnit.MILLISECONDS)).isFalse();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public SocketSession open(
                CoordinatorAddress address,
                Consumer<ClusterUnreachableException> lost,
                Supplier<Optional<String>> others) {
            opened.put(address, others);
            try {
                return SocketSession.openWatched(address.toString(), node.connect(), "", lost, others);
            } catch (IOException e) {
                throw new ClusterUnreachableException("no connection", e);
            }
        }
    }
}
