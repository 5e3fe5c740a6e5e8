package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobState;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

    private static boolean isHere(String shell) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, shell)));
    }

    private List<String> said(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", folder.toString());
        Process shell = builder.start();
        String out = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return out.lines().filter(line -> !line.isEmpty()).toList();
    }

    /** What fish would offer for a line, without its descriptions. */
    private List<String> fish(String line) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("sheaf.fish"), script("fish"));
        String program = "function sheaf; if test $argv[2] = --jobs; printf '3\n17\n'; else; printf 'host-1\nhost-2\n';"
                + " end; end; source " + file + "; cd " + folder + "; complete -C '" + line + "'";
        return said("fish", "--no-config", "-c", program).stream()
                .map(offer -> offer.replaceFirst("\t.*", ""))
                .toList();
    }

    /** What zsh is given to choose from; it does so by what was typed already. */
    private List<String> zsh(String... typed) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("_sheaf"), script("zsh"));
        String program = "compdef() {}; _describe() { print -l -- ${(P)2%%:*} }; _files() { print FILES };"
                + " compadd() { shift; print -l -- $@ };"
                + " sheaf() { [[ $2 = --jobs ]] && print '3\n17' || print 'host-1\nhost-2' }; . " + file
                + "; words=(sheaf \"$@\"); CURRENT=$#words; _sheaf";
        List<String> command = new ArrayList<>(List.of("zsh", "-f", "-c", program, "zsh"));
        command.addAll(List.of(typed));
        return said(command.toArray(String[]::new));
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
        return said("bash", "-c", program);
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
    void fishOffersWhatItIsTold() throws Exception {
        assumeTrue(isHere("fish"), "there is no fish here");
        assertThat(fish("sheaf re")).containsExactlyInAnyOrder("replay", "results", "retry");
        assertThat(fish("sheaf wait ")).containsExactlyInAnyOrder("3", "17", "last");
        assertThat(fish("sheaf replay 3 ")).isEmpty();
        assertThat(fish("sheaf drain host-2")).containsExactly("host-2");
        assertThat(fish("sheaf map pr")).containsExactly("primes");
        assertThat(fish("sheaf map --resu")).containsExactly("--resume");
        assertThat(fish("sheaf map x --jar she")).containsExactly("sheaf.fish");
        assertThat(fish("sheaf jobs ")).isEmpty();
        assertThat(fish("sheaf completion ")).containsExactlyInAnyOrder("bash", "fish", "zsh");
    }

    @Test
    void zshOffersWhatItIsTold() throws Exception {
        assumeTrue(isHere("zsh"), "there is no zsh here");
        assertThat(zsh("")).contains("replay", "results", "retry", "coordinator");
        assertThat(zsh("wait", "")).containsExactly("last", "3", "17");
        assertThat(zsh("replay", "3", "")).isEmpty();
        assertThat(zsh("drain", "")).containsExactly("host-1", "host-2");
        assertThat(zsh("map", "")).contains("primes", "FILES");
        assertThat(zsh("map", "x", "a")).containsExactly("FILES");
        assertThat(zsh("map", "-")).contains("--resume", "--joblog").doesNotContain("FILES");
        assertThat(zsh("map", "x", "--jar", "")).containsExactly("FILES");
        assertThat(zsh("jobs", "")).isEmpty();
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
