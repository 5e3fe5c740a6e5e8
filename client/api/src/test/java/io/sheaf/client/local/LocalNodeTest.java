package io.sheaf.client.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.Pool;
import io.sheaf.client.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a distribution whose node is a fake one, in a process of its own. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocalNodeTest {
    private static final String USER_HOME = System.getProperty("user.home");

    @TempDir
    Path directory;

    @BeforeEach
    void install() throws IOException {
        Files.createDirectories(directory.resolve("home/lib"));
        Path bin = Files.createDirectories(directory.resolve("home/bin"));
        String node = """
                [ "$1" = private-node ] || exit 9
                java=$2/bin/java
                shift 2
                exec "$java" -cp '%s' io.sheaf.launcher.NodeMain "$@"
                """;
        Files.writeString(bin.resolve("sheaf"), node.formatted(System.getProperty("java.class.path")));
        System.setProperty("sheaf.home", directory.resolve("home").toString());
        System.setProperty(
                "user.home", Files.createDirectory(directory.resolve("user")).toString());
    }

    @AfterEach
    void restore() {
        System.clearProperty("sheaf.home");
        System.setProperty("user.home", USER_HOME);
    }

    @Test
    void aPoolOfProcessesRunsFunctionsInThemAndLeavesNothingBehind() {
        List<Long> pids;
        try (Pool pool = Pool.processes(2)) {
            pids = pool.map(item -> ProcessHandle.current().pid(), List.of(1, 2, 3));
        }

        assertThat(pids).hasSize(3).doesNotContain(ProcessHandle.current().pid());
        assertThat(ProcessHandle.of(pids.get(0)).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void theNodeHasTheSlotsThatWereAskedFor() {
        try (Session session = LocalNode.start(3)) {
            assertThat(session.slots()).isEqualTo(3);
        }
    }

    @Test
    void aNodeThatSaysMuchIsNotHeldUp() {
        try (Pool pool = Pool.processes(1)) {
            assertThat(pool.map(
                            item -> {
                                for (int line = 0; line < 5_000; line++) {
                                    System.out.println("a line of some length on standard output");
                                    System.err.println("a line of some length on standard error");
                                }
                                return item;
                            },
                            List.of(1)))
                    .containsExactly(1);
        }
    }

    @Test
    void aNodeThatDoesNotStartIsHeardInItsOwnWords() {
        assertThatThrownBy(() -> LocalNode.start(666))
                .isInstanceOf(ClusterUnreachableException.class)
                .hasMessageContaining("no 666 processes here")
                .hasMessageContaining("does not start");
    }

    @Test
    void aNodeThatDiesEndsWhatWaits() {
        try (Pool pool = Pool.processes(1)) {
            assertThatThrownBy(() -> pool.map(
                            item -> {
                                Runtime.getRuntime().halt(3);
                                return item;
                            },
                            List.of(1)))
                    .isInstanceOf(ClusterUnreachableException.class);
        }
    }

    @Test
    void theNodeEndsWithTheProcessThatStartedIt() throws Exception {
        Process starter = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dsheaf.home=" + directory.resolve("home"),
                        "-Duser.home=" + directory.resolve("user"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Starter.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long pid = Long.parseLong(starter.inputReader().readLine());
        ProcessHandle node = ProcessHandle.of(pid).orElseThrow();
        starter.destroyForcibly();

        assertThat(node.onExit().get(20, TimeUnit.SECONDS).isAlive()).isFalse();
    }

    @Test
    void aHomeThatIsNoneIsSaid() {
        System.setProperty("sheaf.home", directory.resolve("nowhere").toString());

        assertThatThrownBy(() -> LocalNode.start(1))
                .isInstanceOf(ClusterUnreachableException.class)
                .hasMessageContaining("nowhere")
                .hasMessageContaining("lib");
    }

    @Test
    void aHomeWithoutTheCommandIsSaid() throws IOException {
        Files.delete(directory.resolve("home/bin/sheaf"));

        assertThatThrownBy(() -> LocalNode.start(1))
                .isInstanceOf(ClusterUnreachableException.class)
                .hasMessageContaining("home/bin/sheaf");
    }

    /** Prints the pid of its node and waits to be killed. */
    static final class Starter {
        private Starter() {}

        public static void main(String[] arguments) throws InterruptedException {
            Pool pool = Pool.processes(1);
            System.out.println(
                    pool.map(item -> ProcessHandle.current().pid(), List.of(1)).get(0));
            Thread.currentThread().join();
        }
    }
}
