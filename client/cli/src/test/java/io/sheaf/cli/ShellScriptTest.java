package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ShellScriptTest {
    @TempDir
    Path folder;

    private static String script(String shell) {
        Typed typed = Typed.run(new FakeCluster(), "completion", shell);
        assertThat(typed.exitCode()).isZero();
        assertThat(typed.err()).isEmpty();
        return typed.out();
    }

    /** What bash would offer, with a sheaf that says of jobs and workers what is said here. */
    private List<String> offered(String... typed) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("complete.bash"), script("bash"));
        StringBuilder words = new StringBuilder("sheaf");
        for (String word : typed) {
            words.append(" '").append(word).append('\'');
        }
        String program = "sheaf() { [ \"$2\" = --jobs ] && echo 3 17 || echo host-1 host-2; }; . " + file
                + "; COMP_WORDS=(" + words + "); COMP_CWORD=" + typed.length
                + "; _sheaf; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Process bash = new ProcessBuilder("bash", "-c", program)
                .redirectErrorStream(true)
                .start();
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return out.lines().filter(line -> !line.isEmpty()).toList();
    }

    @Test
    void bashCompletesCommandsOptionsJobsWorkersAndFiles() throws Exception {
        assertThat(offered("")).contains("map", "submit", "coordinator", "doctor", "help");
        assertThat(offered("re")).containsExactlyInAnyOrder("results", "retry", "replay");
        assertThat(offered("map", "--re"))
                .contains("--retries", "--resume", "--requires")
                .doesNotContain("--jar");
        assertThat(offered("wait", "")).containsExactly("last", "3", "17");
        assertThat(offered("wait", "1")).containsExactly("17");
        assertThat(offered("drain", "host-2")).containsExactly("host-2");
        assertThat(offered("map", "pr")).containsExactly("primes");
        assertThat(offered("map", "x", "--jar", folder.resolve("comp").toString()))
                .containsExactly(folder.resolve("complete.bash").toString());
    }

    @Test
    void zshAndFishAreToldTheSame() {
        assertThat(script("zsh"))
                .startsWith("#compdef sheaf")
                .contains("'retry:Run again", "wait:-*) compadd -- ", "sheaf completion --jobs", "--joblog");
        assertThat(script("fish"))
                .contains("-f -a retry -d 'Run again", "(sheaf completion --jobs 2>/dev/null)", " -l joblog -r -F");
    }

    @Test
    void jobNumbersAndWorkersAreAskedOfTheCluster() {
        FakeCluster cluster = new FakeCluster()
                .answer(
                        FromClient.ListJobs.class,
                        asked -> new ToClient.Jobs(
                                asked.request(), List.of(FakeCluster.status(JobState.RUNNING, 1, 0))));
        assertThat(Typed.run(cluster, "completion", "--jobs").out()).isEqualTo("7\n");
    }

    @Test
    void anUnknownShellIsAMistakeInUsage() {
        Typed typed = Typed.run(new FakeCluster(), "completion", "tcsh");
        assertThat(typed.exitCode()).isEqualTo(2);
        assertThat(typed.err()).contains("'tcsh' is no shell", "bash, zsh and fish");
    }
}
