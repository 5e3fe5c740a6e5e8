package io.sheaf.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ExecutorConversation;
import io.sheaf.protocol.WorkerConversation;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    private static final Random RANDOM = new Random(5);

    @Test
    void everyMessageOfEveryConversationComesBackAsItWas() throws Exception {
        checkAll(ClientConversation.FromClient.class, ClientConversation.FROM_CLIENT);
        checkAll(ClientConversation.ToClient.class, ClientConversation.TO_CLIENT);
        checkAll(WorkerConversation.FromWorker.class, WorkerConversation.FROM_WORKER);
        checkAll(WorkerConversation.ToWorker.class, WorkerConversation.TO_WORKER);
        checkAll(ExecutorConversation.FromExecutor.class, RecordCodec.of(ExecutorConversation.FromExecutor.class));
        checkAll(ExecutorConversation.ToExecutor.class, RecordCodec.of(ExecutorConversation.ToExecutor.class));
        check(ExecutorConversation.FromLane.class, ExecutorConversation.FROM_EXECUTOR);
        check(ExecutorConversation.ToLane.class, ExecutorConversation.TO_EXECUTOR);
    }

    private static <T> void checkAll(Class<T> conversation, RecordCodec<T> codec) throws Exception {
        for (Class<?> message : conversation.getPermittedSubclasses()) {
            check(message.asSubclass(conversation), codec);
        }
    }

    private static <T> void check(Class<? extends T> message, RecordCodec<T> codec) throws Exception {
        for (int round = 0; round < 20; round++) {
            T value = message.cast(any(message, 0));
            Bytes bytes = codec.toBytes(value);
            assertThat(codec.fromBytes(bytes)).isEqualTo(value);
            damage(bytes.copy(), codec);
            cutShort(bytes, codec);
        }
    }

    private static <T> void cutShort(Bytes bytes, RecordCodec<T> codec) {
        int length = RANDOM.nextInt(bytes.length());
        assertThatThrownBy(() -> codec.fromBytes(bytes.slice(0, length))).isInstanceOf(MalformedMessageException.class);
    }

    private static <T> void damage(byte[] bytes, RecordCodec<T> codec) {
        if (bytes.length == 0) {
            return;
        }
        bytes[RANDOM.nextInt(bytes.length)] ^= (byte) (1 << RANDOM.nextInt(8));
        try {
            codec.fromBytes(Bytes.wrap(bytes, 0, 1 + RANDOM.nextInt(bytes.length)));
        } catch (MalformedMessageException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static Object any(Type type, int depth) throws Exception {
        if (type instanceof ParameterizedType generic) {
            boolean none = depth > 3 || RANDOM.nextInt(3) == 0;
            Type element = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == List.class) {
                return none ? List.of() : List.of(any(element, depth + 1), any(element, depth + 1));
            }
            return none ? Optional.empty() : Optional.of(any(element, depth + 1));
        }
        Class<?> raw = (Class<?>) type;
        if (raw == io.sheaf.protocol.item.Segment.class) {
            return io.sheaf.protocol.item.Segment.ofLongs(RANDOM.nextInt(100), 3, RANDOM.nextLong());
        }
        if (raw == io.sheaf.protocol.job.CodeId.class) {
            return new io.sheaf.protocol.job.CodeId("0123456789abcdef".repeat(4));
        }
        if (raw == io.sheaf.protocol.job.Work.Command.class) {
            List<String> words = List.of("gzip", (String) simple(String.class));
            return new io.sheaf.protocol.job.Work.Command(words, List.of("LEVEL=9"), Optional.of("/tmp"));
        }
        if (raw.isRecord()) {
            RecordComponent[] components = raw.getRecordComponents();
            Class<?>[] types = new Class<?>[components.length];
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                types[i] = components[i].getType();
                values[i] = any(components[i].getGenericType(), depth + 1);
            }
            return raw.getDeclaredConstructor(types).newInstance(values);
        }
        if (raw.isSealed()) {
            Class<?>[] cases = raw.getPermittedSubclasses();
            return any(cases[RANDOM.nextInt(cases.length)], depth + 1);
        }
        if (raw.isEnum()) {
            return raw.getEnumConstants()[RANDOM.nextInt(raw.getEnumConstants().length)];
        }
        return simple(raw);
    }

    private static Object simple(Class<?> type) {
        if (type == boolean.class) {
            return RANDOM.nextBoolean();
        }
        if (type == int.class) {
            return RANDOM.nextInt();
        }
        if (type == long.class) {
            return RANDOM.nextLong() >> RANDOM.nextInt(64);
        }
        if (type == String.class) {
            return "text ü \uD83D\uDE00 " + RANDOM.nextInt();
        }
        if (type == Bytes.class) {
            return Bytes.wrap(new byte[RANDOM.nextInt(5000)]);
        }
        return type == OptionalInt.class ? OptionalInt.of(RANDOM.nextInt()) : OptionalLong.of(RANDOM.nextLong());
    }

    /** Has a component that no message may have. */
    public record Wrong(Thread thread) {}

    private record Hidden(int number) {}

    @Test
    void aTypeThatCannotTravelIsRefusedWhenTheCodecIsMade() {
        assertThatThrownBy(() -> RecordCodec.of(Wrong.class)).hasMessageContaining("java.lang.Thread");
        assertThatThrownBy(() -> RecordCodec.of(Hidden.class)).hasMessageContaining("Hidden must be public");
    }
}
