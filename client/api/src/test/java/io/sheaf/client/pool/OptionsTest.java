package io.sheaf.client.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.JobOptions;
import io.sheaf.Pool;
import io.sheaf.RemoteRunnable;
import io.sheaf.client.FakeNode;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.Policy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OptionsTest {
    private static final JobOptions OPTIONS = JobOptions.defaults()
            .withName("mine")
            .withRetries(2)
            .withTimeout(Duration.ofSeconds(30))
            .withPriority(5)
            .withRequires(Map.of("gpu", 1.0));

    private FakeNode node;
    private Pool pool;

    @BeforeEach
    void start() throws IOException {
        node = FakeNode.withSlots(2);
        pool = Pools.of(node);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void theOptionsOfAPoolReachEveryKindOfJob() throws Exception {
        Pool mine = pool.with(OPTIONS);

        mine.map(item -> item, List.of(1));
        check(node.nextJob());
        mine.mapAsync(item -> item, List.of(1)).get(10, TimeUnit.SECONDS);
        check(node.nextJob());
        mine.imap(item -> item, List.of(1)).forEachRemaining(result -> {});
        check(node.nextJob());
        mine.imapUnordered(item -> item, List.of(1)).forEachRemaining(result -> {});
        check(node.nextJob());
        mine.submit(() -> 1).get(10, TimeUnit.SECONDS);
        check(node.nextJob());
    }

    private static void check(JobSpec spec) {
        assertThat(spec.name()).isEqualTo("mine");
        assertThat(spec.policy()).isEqualTo(Policy.of(OPTIONS));
        assertThat(spec.initializer()).isEmpty();
    }

    @Test
    void aPoolUnderOtherOptionsLeavesTheFirstAlone() throws Exception {
        Pool mine = pool.with(OPTIONS);
        mine.submit(() -> 1).get(10, TimeUnit.SECONDS);
        pool.submit(() -> 1).get(10, TimeUnit.SECONDS);
        pool.map(item -> item, List.of(1));

        check(node.nextJob());
        assertThat(node.nextJob().policy()).isEqualTo(Policy.defaults());
        assertThat(node.nextJob().policy()).isEqualTo(Policy.defaults());
    }

    @Test
    void callsUnderEqualOptionsShareAJob() throws Exception {
        for (int call = 0; call < 20; call++) {
            Pool mine = pool.with(JobOptions.defaults().withRetries(call % 2));
            mine.submit(() -> 1).get(10, TimeUnit.SECONDS);
        }

        assertThat(node.jobCount()).isEqualTo(2);
    }

    @Test
    void optionsMadeForOneCallEachDoNotLeaveAJobEach() throws Exception {
        for (int call = 0; call < 40; call++) {
            int number = call;
            Pool mine = pool.with(JobOptions.defaults().withPriority(call));
            assertThat(mine.submit(() -> number).get(10, TimeUnit.SECONDS)).isEqualTo(number);
        }

        assertThat(node.jobCount()).isEqualTo(40);
        for (int job = 0; job < 40 - 16; job++) {
            assertThat(node.nextEnd()).isEqualTo(JobState.SUCCEEDED);
        }
    }

    @Test
    void jobsOfCallsThatAreWaitedForAreKeptHoweverMany() throws Exception {
        List<CompletableFuture<Integer>> waiting = new ArrayList<>();
        for (int call = 0; call < 20; call++) {
            int number = call;
            waiting.add(pool.with(JobOptions.defaults().withPriority(call)).submit(() -> {
                Gate.await("all called");
                return number;
            }));
        }
        Gate.open("all called");

        for (int call = 0; call < 20; call++) {
            assertThat(waiting.get(call).get(10, TimeUnit.SECONDS)).isEqualTo(call);
        }
    }

    @Test
    void anInitializerTravelsWithTheJobAsItIs() throws Exception {
        RemoteRunnable initializer = () -> Gate.open("initialized");
        Pool mine = pool.with(JobOptions.defaults().withInitializer(initializer));
        mine.map(item -> item, List.of(1));
        mine.submit(() -> 1).get(10, TimeUnit.SECONDS);

        for (int job = 0; job < 2; job++) {
            Object sent = JavaSerialization.read(
                    node.nextJob().initializer().orElseThrow(), OptionsTest.class.getClassLoader());
            assertThat(sent).isInstanceOfSatisfying(RemoteRunnable.class, RemoteRunnable::run);
        }
        Gate.await("initialized");
    }

    @Test
    void anInitializerThatCannotBeSerializedFailsAtTheCallAndNamesTheClass() throws Exception {
        Thread thread = Thread.currentThread();
        Pool mine = pool.with(JobOptions.defaults().withInitializer(thread::interrupt));

        assertThatThrownBy(() -> mine.map(item -> item, List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The initializer " + OptionsTest.class.getName())
                .hasMessageContaining("java.lang.Thread")
                .hasMessageContaining("create it inside the task");
        assertThatThrownBy(() -> mine.submit(() -> 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The initializer");
        assertThat(pool.submit(() -> "still fine").get(10, TimeUnit.SECONDS)).isEqualTo("still fine");
        assertThat(node.jobCount()).isEqualTo(1);
    }
}
