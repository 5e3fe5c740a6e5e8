package io.sheaf.client.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sheaf.RemoteTaskException;
import io.sheaf.TaskFailedException;
import io.sheaf.TaskTimeoutException;
import io.sheaf.WorkerLostException;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Objects;
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

    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        private void readObject(ObjectInputStream in) {
            throw new Mute();
        }
    }

    /** Its message does not survive serialization, and without it not even its name can be had. */
    private static final class Mute extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient List<String> words = List.of("many", "words");

        @Override
        public String getMessage() {
            return words.get(0);
        }
    }

    private static final class Endless extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable getCause() {
            return new Endless();
        }
    }

    /** Read without any help of reflection, which would wrap what it throws. */
    static final class Bomb implements Externalizable {
        private static final long serialVersionUID = 1;

        public Bomb() {}

        @Override
        public void writeExternal(ObjectOutput out) {}

        @Override
        public void readExternal(ObjectInput in) {
            throw new AssertionError("in readExternal");
        }
    }

    private static final class Carrier extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final Bomb bomb = new Bomb();

        @Override
        public String getMessage() {
            return "carries " + bomb.getClass().getSimpleName();
        }
    }

    private static Failure threw(Throwable thrown) throws IOException {
        Thrown described = new Thrown(thrown.getClass().getName(), "said", List.of(), Optional.empty(), List.of());
        return new Failure.Threw(described, JavaSerialization.write(thrown));
    }

    @Test
    void anExceptionArrivesAsItWasWithItsStackItsCausesAndWhatItSuppressed() throws IOException {
        IllegalStateException thrown = new IllegalStateException("own", new IOException("cause"));
        thrown.addSuppressed(new IllegalArgumentException("other"));

        assertThat(exception(threw(thrown)).getCause())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("own")
                .hasCauseExactlyInstanceOf(IOException.class)
                .satisfies(e -> assertThat(e.getStackTrace()).isEqualTo(thrown.getStackTrace()))
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    @Test
    void anExceptionWhoseCausesFormACircleArrivesAsItWas() throws IOException {
        IllegalStateException one = new IllegalStateException("one");
        one.initCause(new IllegalArgumentException("two", one));

        Throwable cause = Objects.requireNonNull(exception(threw(one)).getCause());
        assertThat(cause).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(cause).cause().cause().isSameAs(cause);
    }

    @Test
    void anExceptionWhoseOwnCodeFailsHereIsReplacedByItsDescription() throws IOException {
        for (Throwable thrown : List.of(new Unreadable(), new Mute(), new Endless(), new Carrier())) {
            assertThat(exception(threw(thrown)))
                    .cause()
                    .isInstanceOf(RemoteTaskException.class)
                    .hasMessage(thrown.getClass().getName() + ": said");
        }
    }

    @Test
    void aResultWhoseOwnCodeFailsHereFailsItsItem() throws IOException {
        for (Object result : List.of(new Unreadable(), new Bomb())) {
            SegmentWriter writer = new SegmentWriter();
            writer.add(result);
            Segment segment = writer.take(4);

            assertThatExceptionOfType(TaskFailedException.class)
                    .isThrownBy(() -> Results.read(new SegmentReader(FailuresTest.class.getClassLoader()), segment, 4))
                    .withMessageStartingWith("The result of item 4 cannot be read here: ")
                    .satisfies(e -> assertThat(e.itemIndex()).isEqualTo(4))
                    .satisfies(e -> assertThat(stackTrace(e)).contains("RemoteTaskException"));
        }
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static TaskFailedException exception(Failure failure) {
        return Failures.exception(new ItemFailure(4, 2, WORKER, failure), FailuresTest.class.getClassLoader());
    }

    private static DeathReport death(long pid, OptionalInt exitCode, OptionalInt signal, List<String> lastStderr) {
        return new DeathReport("executor", WORKER, "host", OptionalLong.of(pid), exitCode, signal, "", lastStderr);
    }
}
