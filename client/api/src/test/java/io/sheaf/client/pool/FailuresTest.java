package io.sheaf.client.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.RemoteTaskException;
import io.sheaf.TaskFailedException;
import io.sheaf.TaskTimeoutException;
import io.sheaf.WorkerLostException;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private static final WorkerId WORKER = new WorkerId("host-1");

    @Test
    void anItemThatKeptEndingItsProcessesCarriesTheReportOfEachDeath() {
        Failure lost = new Failure.Lost(List.of(
                death(11, OptionalInt.empty(), OptionalInt.of(9), List.of()),
                death(12, OptionalInt.of(3), OptionalInt.empty(), List.of("one", "two"))));

        TaskFailedException failed = exception(lost);
        assertThat(failed.attempts()).isEqualTo(2);
        assertThat(failed.worker()).isEqualTo("host-1");
        assertThat(failed)
                .cause()
                .isInstanceOf(WorkerLostException.class)
                .hasMessageContaining("process 11")
                .hasMessageContaining("signal 9")
                .hasMessageContaining("process 12")
                .hasMessageContaining("code 3")
                .hasMessageContaining("two");
    }

    @Test
    void theReportOfADeathHasItsVerdictAndALineForEachDeath() {
        DeathReport death = new DeathReport(
                "executor",
                WORKER,
                "host",
                OptionalLong.of(11),
                OptionalInt.empty(),
                OptionalInt.of(9),
                "out of memory",
                List.of("one", "two"));

        assertThat(exception(new Failure.Lost(List.of(death, death))).getCause())
                .hasMessage("executor process 11 on host-1 (host) was ended by signal 9: out of memory;"
                        + " last on stderr: one / two\n"
                        + "executor process 11 on host-1 (host) was ended by signal 9: out of memory;"
                        + " last on stderr: one / two");
    }

    @Test
    void anItemThatRanTooLongSaysHowLongItMayRun() {
        assertThat(exception(new Failure.TimedOut(1500)))
                .hasMessage("Item 4 failed on host-1: ran longer than 1.5 s and was stopped")
                .cause()
                .isInstanceOf(TaskTimeoutException.class)
                .hasMessage("The item ran longer than 1.5 s and was stopped");
    }

    @Test
    void anOriginalThatIsDamagedIsReplacedByItsDescription() {
        Thrown.Frame frame = new Thrown.Frame("com.acme.Job", "run", "", -1);
        Thrown thrown = new Thrown("com.acme.Gone", "why", List.of(frame), Optional.empty(), List.of());

        assertThat(exception(new Failure.Threw(thrown, Bytes.wrap(new byte[] {1, 2, 3}))))
                .cause()
                .isInstanceOf(RemoteTaskException.class)
                .hasMessage("com.acme.Gone: why")
                .satisfies(e -> assertThat(e.getStackTrace())
                        .containsExactly(new StackTraceElement("com.acme.Job", "run", null, -1)));
    }

    private static TaskFailedException exception(Failure failure) {
        return Failures.exception(new ItemFailure(4, 2, WORKER, failure), FailuresTest.class.getClassLoader());
    }

    private static DeathReport death(long pid, OptionalInt exitCode, OptionalInt signal, List<String> lastStderr) {
        return new DeathReport("executor", WORKER, "host", OptionalLong.of(pid), exitCode, signal, "", lastStderr);
    }
}
