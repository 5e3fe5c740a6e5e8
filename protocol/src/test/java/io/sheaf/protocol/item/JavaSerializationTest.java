package io.sheaf.protocol.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.protocol.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectStreamConstants;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.management.BadAttributeValueExpException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JavaSerializationTest {
    private static final ClassLoader CLASSES = JavaSerializationTest.class.getClassLoader();
    private static final String HERE = "JavaSerializationTest$";

    interface Job<T, R> extends Function<T, R>, Serializable {}

    /** Not serializable. */
    static class Conn {}

    static final class Report implements Serializable {
        private static final long serialVersionUID = 1;
        static final Conn SHARED = new Conn();
        final transient Conn cached = new Conn();
        final Object conn;

        Report(Object conn) {
            this.conn = conn;
        }

        Job<String, String> job() {
            return name -> name + conn;
        }
    }

    record Box(String label, Object content) implements Serializable {}

    static final class Replaced implements Serializable {
        private static final long serialVersionUID = 1;
        private final Conn harmless = new Conn();

        private Object writeReplace() {
            return new Box(String.valueOf(harmless).substring(0, 0), new Conn());
        }
    }

    static final class Node implements Serializable {
        private static final long serialVersionUID = 1;

        @Nullable
        Node next;
    }

    /** Captures itself without being serializable. */
    static final class Plain {
        private int count;

        Job<Integer, Integer> job() {
            return n -> n + count++;
        }
    }

    @Test
    void aCapturedVariableIsNamedWithItsFunction() {
        Conn conn = new Conn();
        Job<String, String> job = name -> name + conn;

        assertThat(failure(job))
                .matches("JavaSerializationTest\\.lambda\\$\\w+\\$\\w+\\$\\d+ -> captured variable 1 -> .*" + "Conn");
    }

    @Test
    void aFieldThatAFunctionReachesThroughItsObjectIsNamed() {
        assertThat(failure(new Report(new Conn()).job()))
                .matches(".*Report\\.lambda\\$job.* -> JavaSerializationTest\\$Report\\.conn -> .*Conn");
    }

    @Test
    void anObjectThatIsCapturedWholeIsNamed() {
        assertThat(failure(new Plain().job())).contains(" -> this -> ").endsWith("Plain");
    }

    @Test
    void theWayLeadsThroughArraysCollectionsMapsAndRecords() {
        assertThat(failure(new Object[] {"a", new Box("b", new Conn())}))
                .isEqualTo("[1] -> " + HERE + "Box.content -> " + Conn.class.getName());
        assertThat(failure(new ArrayList<>(List.of(1, 2, new Conn())))).startsWith("[2] -> ");
        assertThat(failure(List.of(1, new Conn()))).startsWith("[1] -> ");
        assertThat(failure(new HashMap<>(Map.of("left", new Conn())))).startsWith("[left] -> ");
        assertThat(failure(new ConcurrentHashMap<>(Map.of(new Conn(), "x")))).startsWith("a key -> ");
        assertThat(failure(new TreeMap<String, String>((a, b) -> a.compareTo(b))))
                .startsWith("its comparator -> ");
        assertThat(failure(new IllegalStateException("x", new Failing()))).startsWith("its cause -> ");
    }

    static final class Failing extends Exception {
        private static final long serialVersionUID = 1;
        final Conn conn = new Conn();
    }

    @Test
    void whatIsWrittenInsteadIsWhatCounts() {
        assertThat(failure(new Replaced()))
                .isEqualTo(HERE + "Replaced.writeReplace() -> " + HERE + "Box.content -> " + Conn.class.getName());
    }

    @Test
    void transientAndStaticFieldsAreNoCulprits() {
        assertThat(failure(new Object[] {new Report("fine"), new Report(new Conn())}))
                .isEqualTo("[1] -> " + HERE + "Report.conn -> " + Conn.class.getName());
    }

    @Test
    void theNearestWayIsTold() {
        Conn conn = new Conn();
        assertThat(failure(new Object[] {new Box("far", new Box("farther", conn)), new Box("near", conn)}))
                .startsWith("[1] -> ");
    }

    @Test
    void anObjectThatIsItselfTheCulpritIsNamed() {
        assertThat(failure(new Conn())).isEqualTo(Conn.class.getName());
    }

    @Test
    void aChainThatOverflowsTheStackIsAnOrdinaryErrorThatSaysWhatToDo() {
        Node first = new Node();
        Node last = first;
        for (int i = 0; i < 100_000; i++) {
            Node next = new Node();
            last.next = next;
            last = next;
        }
        assertThatThrownBy(() -> JavaSerialization.write(first))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(HERE + "Node.next -> " + HERE + "Node.next")
                .hasMessageContaining("keep them in an array or a list");
    }

    @Test
    void theClassesThatAReaderNeedsAreTold() throws IOException {
        Set<Class<?>> told = new HashSet<>();
        JavaSerialization.write(new Report(new Box("x", 1)).job(), told::add);

        assertThat(told).contains(Report.class, Box.class, Integer.class);
    }

    @Test
    void guardedReadingGivesOrdinaryResultsUnchanged() throws Exception {
        Map<String, Object> result = new HashMap<>();
        result.put("numbers", new ArrayList<>(List.of(1L, 2.5, 'c')));
        result.put("box", new Box("label", List.of(new HashMap<>(Map.of(1, 2)))));
        Bytes large = JavaSerialization.write(new int[100_000]);
        result.put("set", new HashSet<>(Set.of("a", "b")));
        Bytes bytes = JavaSerialization.write(result);

        assertThat(JavaSerialization.readGuarded(bytes, CLASSES)).hasToString(result.toString());
        assertThat(JavaSerialization.readGuarded(large, CLASSES)).isEqualTo(new int[100_000]);
        HashSet<Byte> dense = new HashSet<>(1, 0.25f);
        for (int i = -128; i < 128; i++) {
            dense.add((byte) i);
        }
        assertThat(JavaSerialization.readGuarded(JavaSerialization.write(dense), CLASSES))
                .isEqualTo(dense);
        assertThat(JavaSerialization.readGuarded(JavaSerialization.write(Optional.class), CLASSES))
                .isEqualTo(Optional.class);
    }

    @Test
    void aClassThatAttacksAreMadeOfIsRefusedByName() throws Exception {
        Bytes bytes = JavaSerialization.write(new Object[] {"x", new BadAttributeValueExpException(null)});

        assertThatThrownBy(() -> JavaSerialization.readGuarded(bytes, CLASSES))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessageContaining("javax.management.BadAttributeValueExpException")
                .hasMessageContaining("return plain data");
        assertThatThrownBy(() -> new SegmentReader(CLASSES, true)
                        .read(new Segment(0, 1, Encoding.SERIALIZED, 0, ends(bytes.length()), bytes), 0))
                .isInstanceOf(InvalidObjectException.class);
        assertThat(new SegmentReader(CLASSES)
                        .read(new Segment(0, 1, Encoding.SERIALIZED, 0, ends(bytes.length()), bytes), 0))
                .isInstanceOf(Object[].class);
    }

    @Test
    void anArrayThatIsClaimedToBeLongerThanWhatCameIsRefusedBeforeItIsMade() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(ObjectStreamConstants.STREAM_MAGIC);
        out.writeShort(ObjectStreamConstants.STREAM_VERSION);
        out.writeByte(ObjectStreamConstants.TC_ARRAY);
        out.writeByte(ObjectStreamConstants.TC_CLASSDESC);
        out.writeUTF("[J");
        out.writeLong(java.io.ObjectStreamClass.lookup(long[].class).getSerialVersionUID());
        out.writeByte(ObjectStreamConstants.SC_SERIALIZABLE);
        out.writeShort(0);
        out.writeByte(ObjectStreamConstants.TC_ENDBLOCKDATA);
        out.writeByte(ObjectStreamConstants.TC_NULL);
        out.writeInt(Integer.MAX_VALUE - 8);

        assertThatThrownBy(() -> JavaSerialization.readGuarded(Bytes.wrap(bytes.toByteArray()), CLASSES))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessageContaining("an array of");
    }

    private static Bytes ends(int end) {
        ByteRun run = new ByteRun();
        run.putInt(end);
        return run.take();
    }

    private static String failure(Object value) {
        try {
            JavaSerialization.write(value);
        } catch (NotSerializableException e) {
            return String.valueOf(e.getMessage());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("It was written");
    }
}
