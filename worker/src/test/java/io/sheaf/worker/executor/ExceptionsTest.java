package io.sheaf.worker.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.Thrown;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a task throws or returns fails its item at most, and is reported. */
@Timeout(60)
class ExceptionsTest {
    @TempDir
    private Path folder;

    private Bench bench;

    @BeforeEach
    void begin() throws IOException {
        bench = new Bench(folder);
    }

    @AfterEach
    void end() throws InterruptedException {
        bench.close();
    }

    private static final class Mute extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("no stack");
        }
    }

    private static final class Causeless extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable getCause() {
            throw new LinkageError("no cause");
        }
    }

    private static final class Endless extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable getCause() {
            return new Endless();
        }
    }

    private static final class Unwritable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unwritable() {
            super("kept");
        }

        private void writeObject(ObjectOutputStream out) {
            throw new Mute();
        }
    }

    private static final class Checked extends Throwable {
        private static final long serialVersionUID = 1;

        Checked(int unused) {
            super("checked " + unused);
        }
    }

    private static final class Broken {
        static final int NUMBER = Integer.parseInt("no number");
    }

    private static final class Overflowing implements Serializable {
        private static final long serialVersionUID = 1;

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.writeObject(new Overflowing());
        }
    }

    private static final class Refusing implements Serializable {
        private static final long serialVersionUID = 1;

        private void writeObject(ObjectOutputStream out) {
            throw new Mute();
        }
    }

    private static final class Dying implements Serializable {
        private static final long serialVersionUID = 1;

        private void writeObject(ObjectOutputStream out) {
            throw new LinkageError("in writeObject");
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static long overflow(long depth) {
        return depth < 0 ? depth : 1 + overflow(depth + 1);
    }

    private static RuntimeException cyclic() {
        RuntimeException one = new IllegalStateException("one");
        RuntimeException two = new IllegalStateException("two", one);
        one.initCause(two);
        one.addSuppressed(two);
        return one;
    }

    @SuppressWarnings({"removal", "deprecation"})
    private static Error death() {
        return new ThreadDeath();
    }

    private static Object task(long item) {
        switch ((int) item) {
            case 1 -> throw new Mute();
            case 2 -> throw new Causeless();
            case 3 -> throw new Endless();
            case 4 -> throw cyclic();
            case 5 -> throw new Unwritable();
            case 6 -> throw ExceptionsTest.<RuntimeException>sneaky(new Checked(6));
            case 7, 8 -> {
                return Broken.NUMBER;
            }
            case 9 -> {
                return overflow(0);
            }
            case 10 -> throw death();
            case 11 -> throw new LinkageError("wrong version");
            case 12 -> throw new IllegalStateException("x".repeat(20 << 20));
            case 13 -> {
                return new Thread();
            }
            case 14 -> {
                return new Overflowing();
            }
            case 15 -> {
                return new Refusing();
            }
            case 16 -> {
                return new Dying();
            }
            case 17 -> {
                return List.of("fine", new Object());
            }
            default -> {
                return item;
            }
        }
    }

    @Test
    void eachExceptionAndEachBadResultFailsItsItemAndNothingElse() throws Exception {
        bench.open(item -> item % 2 == 0 ? item : task((item + 1) / 2));
        bench.batch(0, 36);
        Map<Long, @Nullable Object> outcomes = bench.outcomes(36);
        for (long item = 0; item < 36; item++) {
            if (item % 2 == 0 || item == 35) {
                assertThat(outcomes.get(item)).as("item %s", item).isIn(item, 18L);
            } else {
                assertThat(outcomes.get(item)).as("item %s", item).isInstanceOf(Failure.Threw.class);
            }
        }
        assertThat(headline(outcomes, 1)).contains("Mute: (its getMessage() threw java.lang.IllegalStateException)");
        assertThat(headline(outcomes, 2)).endsWith("Causeless");
        assertThat(headline(outcomes, 3)).endsWith("Endless");
        assertThat(headline(outcomes, 4)).isEqualTo("java.lang.IllegalStateException: one");
        assertThat(headline(outcomes, 5)).endsWith("Unwritable: kept");
        assertThat(headline(outcomes, 6)).endsWith("Checked: checked 6");
        assertThat(headline(outcomes, 7)).isEqualTo("java.lang.ExceptionInInitializerError");
        assertThat(headline(outcomes, 8)).startsWith("java.lang.NoClassDefFoundError: Could not initialize class");
        assertThat(headline(outcomes, 9)).isEqualTo("java.lang.StackOverflowError");
        assertThat(headline(outcomes, 10)).isEqualTo("java.lang.ThreadDeath");
        assertThat(headline(outcomes, 11)).isEqualTo("java.lang.LinkageError: wrong version");
        assertThat(headline(outcomes, 12))
                .startsWith("java.lang.IllegalStateException: xxx")
                .hasSizeLessThan(70_000);
        assertThat(headline(outcomes, 13))
                .isEqualTo("java.io.NotSerializableException: The result, of type java.lang.Thread, cannot be sent: not"
                        + " serializable: java.lang.Thread");
        assertThat(headline(outcomes, 14)).contains("Overflowing", "cannot be sent", "StackOverflowError");
        assertThat(headline(outcomes, 15)).contains("Refusing", "cannot be sent");
        assertThat(headline(outcomes, 16)).isEqualTo("java.lang.LinkageError: in writeObject");
        assertThat(headline(outcomes, 17)).contains("cannot be sent: not serializable: [1] -> java.lang.Object");
    }

    @Test
    void whatCannotBeSerializedIsDescribedAllTheSame() {
        RuntimeException thrown = new IllegalStateException("outer", new IllegalArgumentException("inner"));
        thrown.addSuppressed(new Unwritable());
        Failure.Threw failure = (Failure.Threw) Throwables.failure(thrown);
        assertThat(failure.original().isEmpty()).isTrue();
        Thrown said = failure.thrown();
        assertThat(said.cause().orElseThrow().headline()).isEqualTo("java.lang.IllegalArgumentException: inner");
        assertThat(said.suppressed())
                .extracting(Thrown::headline)
                .singleElement()
                .asString()
                .endsWith("kept");
        assertThat(said.frames().get(0).method()).isEqualTo("whatCannotBeSerializedIsDescribedAllTheSame");
    }

    @Test
    void whatCanBeSerializedIsSentAsItWasWithItsStackItsCausesAndWhatItSuppressed() throws Exception {
        Checked thrown = new Checked(1);
        thrown.initCause(new IllegalArgumentException("inner"));
        thrown.addSuppressed(new IllegalStateException("suppressed"));
        Failure.Threw failure = (Failure.Threw) Throwables.failure(thrown);
        Object read = JavaSerialization.read(failure.original(), getClass().getClassLoader());
        Throwable same = (Throwable) Objects.requireNonNull(read);
        assertThat(same)
                .isInstanceOf(Checked.class)
                .hasMessage("checked 1")
                .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(same.getSuppressed()).hasSize(1);
        assertThat(same.getStackTrace()).isEqualTo(thrown.getStackTrace());
    }

    private static String headline(Map<Long, @Nullable Object> outcomes, long kind) {
        return ((Failure) Objects.requireNonNull(outcomes.get(2 * kind - 1))).headline();
    }
}
