package io.sheaf.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.job.CommandResult;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An executor of commands, as its worker hears it. */
@Timeout(60)
class CommandProcessesTest {
    private static final JobId JOB = new JobId(3);
    private static final WorkerId WORKER = new WorkerId("w");

    private final CommandProcesses processes = new CommandProcesses(new ExecutorProcesses.Host(WORKER, "host"));
    private final Heard heard = new Heard();
    private final ExecutorPort executor = processes.join(heard);

    @AfterEach
    void close() {
        processes.close();
    }

    private static final class Heard implements ExecutorEvents {
        final BlockingQueue<Object> all = new LinkedBlockingQueue<>();

        @Override
        public void received(ExecutorPort executor, FromExecutor message) {
            all.add(message);
        }

        @Override
        public void died(
                ExecutorPort executor,
                boolean wasReady,
                boolean clean,
                Optional<CurrentItem> running,
                DeathReport report) {
            all.add(new Died(clean, running));
        }

        /** The next of that kind; what comes before is passed over. */
        <T> T next(Class<T> kind) throws InterruptedException {
            while (true) {
                Object next = all.poll(30, TimeUnit.SECONDS);
                assertThat(next).as("a " + kind.getSimpleName()).isNotNull();
                if (kind.isInstance(next)) {
                    return kind.cast(next);
                }
            }
        }
    }

    private record Died(boolean clean, Optional<ExecutorEvents.CurrentItem> running) {}

    private void give(String script, Object... items) throws IOException {
        Work work = new Work.Command(List.of("sh", "-c", script, "x"), List.of("A=b c"), Optional.empty());
        executor.send(new ToExecutor.Open(JOB, work, Optional.empty(), ResultForm.TEXT, WORKER, new JobToken("t")));
        SegmentWriter writer = new SegmentWriter();
        for (Object item : items) {
            writer.add(item);
        }
        executor.send(new ToExecutor.Batch(1, JOB, writer.take(5), List.of()));
    }

    private static String stdout(FromExecutor.Finished finished) throws Exception {
        Object value = new SegmentReader(CommandProcessesTest.class.getClassLoader())
                .read(finished.results(), finished.results().from());
        return CommandResult.of((byte[]) Objects.requireNonNull(value)).stdout().text();
    }

    private void awaitStarted() throws InterruptedException {
        assertThat(heard.next(FromExecutor.Printed.class).output().text()).isEqualTo("started\n");
    }

    @Test
    void anItemBecomesACommandWithItsOwnVariables() throws Exception {
        give("printf '%s|' \"$1\" \"$A\" $SHEAF_JOB_ID $SHEAF_ITEM_INDEX $SHEAF_ATTEMPT; cat", "it's\n\"x\" \\");

        assertThat(heard.next(FromExecutor.Ready.class).pid())
                .isEqualTo(ProcessHandle.current().pid());
        FromExecutor.Finished finished = heard.next(FromExecutor.Finished.class);
        assertThat(stdout(finished)).isEqualTo("it's\n\"x\" \\|b c|3|5|1|");
        assertThat(finished.nanos()).isPositive();
    }

    @Test
    void aLongCommandArrivesWhole() throws Exception {
        give("printf %s \"$1\" | wc -c", "é'\n".repeat(10_000));

        assertThat(stdout(heard.next(FromExecutor.Finished.class)).strip()).isEqualTo("40000");
    }

    @Test
    void aFailureHasCodeOrSignalAndTheLastWords() throws Exception {
        give("echo oops >&2; [ $1 = 3 ] || kill -KILL $$; exit $1", 3L, 9L);

        Failure.Exited code =
                (Failure.Exited) heard.next(FromExecutor.Failed.class).failure();
        assertThat(code.code()).isEqualTo(3);
        assertThat(code.lastStderr()).containsExactly("oops");
        assertThat(code.startedMillis()).isPositive();
        FromExecutor.Failed signalled = heard.next(FromExecutor.Failed.class);
        assertThat(signalled.index()).isEqualTo(6);
        assertThat(((Failure.Exited) signalled.failure()).signal()).isEqualTo(9);
    }

    @Test
    void whatIsNoTextFailsAlone() throws Exception {
        give("echo $1", List.of("a"), "b");

        assertThat(heard.next(FromExecutor.Failed.class).failure().headline()).contains("must be a text");
        assertThat(heard.all).isNotNull();
    }

    @Test
    void anInterruptIsASignalToTheWholeGroupAndWhatHasNotStartedIsGivenBack() throws Exception {
        give("echo started >&2; sleep 600 & sleep 600", "a", "b");
        awaitStarted();
        executor.send(new ToExecutor.TakeBack(1));
        assertThat(heard.next(FromExecutor.TakenBack.class).from()).isEqualTo(6);
        heard.next(FromExecutor.AllTakenBack.class);
        executor.send(new ToExecutor.InterruptItem(JOB, 5));

        Failure.Exited failure =
                (Failure.Exited) heard.next(FromExecutor.Failed.class).failure();
        assertThat(failure.signal()).isEqualTo(15);
        executor.send(new ToExecutor.End());
        assertThat(heard.next(Died.class)).isEqualTo(new Died(true, Optional.empty()));
    }

    @Test
    void aKillEndsWhatIgnoresTheInterruptAndIsSeenAsADeath() throws Exception {
        give("trap '' TERM; echo started >&2; sleep 600; sleep 600", "a");
        awaitStarted();
        executor.send(new ToExecutor.Interrupt(JOB));
        executor.kill();

        assertThat(heard.next(Died.class))
                .isEqualTo(new Died(false, Optional.of(new ExecutorEvents.CurrentItem(JOB, 5))));
    }

    @Test
    void aCommandThatHasLeftItsGroupEndsAndHoldsNobodyUp() throws Exception {
        give("exec perl -e 'setpgrp(0, getppid); print STDERR \"$$ \"; print STDERR \"started\\n\"; sleep 600'", "a");
        String text = heard.next(FromExecutor.Printed.class).output().text();
        ProcessHandle command = ProcessHandle.of(Long.parseLong(text.substring(0, text.indexOf(' '))))
                .orElseThrow();
        executor.kill();

        assertThat(heard.next(Died.class).running()).isPresent();
        assertThat(command.onExit().get(10, TimeUnit.SECONDS)).isEqualTo(command);
    }

    /** bash 5.2 has been seen to wait on for what had ended. */
    @Test
    void aShellThatDoesNotSayHowItsCommandHasEndedHoldsNobodyUp() throws Exception {
        give("echo started >&2; kill -STOP $PPID", "a");
        awaitStarted();

        Died died = heard.next(Died.class);
        assertThat(died.clean()).isFalse();
        assertThat(died.running()).contains(new ExecutorEvents.CurrentItem(JOB, 5));
    }

    @Test
    void theEndOfTheWorkerEndsWhatRuns() throws Exception {
        give("echo started >&2; trap '' TERM; sleep 600; sleep 600", "a");
        awaitStarted();
        processes.close();

        assertThat(heard.next(Died.class).running()).isPresent();
    }
}
