package io.sheaf.protocol.wire;

import io.sheaf.protocol.wire.RecordCodec.Coder;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/** Finds the coder of each type that a record component may have. */
final class Coders {

    private Coders() {}

    /** The coder of a type; `known` holds those under construction, so that a record may contain itself. */
    static Coder of(Type type, Map<Class<?>, Coder> known) {
        if (type instanceof ParameterizedType generic) {
            Coder element = of(generic.getActualTypeArguments()[0], known);
            if (generic.getRawType() == List.class) {
                return listOf(element);
            }
            if (generic.getRawType() == Optional.class) {
                return optionalOf(element);
            }
        } else if (type instanceof Class<?> raw) {
            Coder found = known.get(raw);
            if (found != null) {
                return found;
            }
            Coder made = ofClass(raw, known);
            known.put(raw, made);
            return made;
        }
        throw new IllegalArgumentException("Messages cannot carry a " + type.getTypeName());
    }

    private static Coder ofClass(Class<?> type, Map<Class<?>, Coder> known) {
        if (type.isRecord()) {
            return RecordCoder.of(type, known);
        }
        if (type.isSealed()) {
            return SealedCoder.of(type, known);
        }
        if (type.isEnum()) {
            return enumOf(type);
        }
        if (type == boolean.class) {
            return coder((value, out) -> out.putByte((Boolean) value ? 1 : 0), in -> in.takeByte() != 0);
        }
        if (type == int.class) {
            return coder((value, out) -> out.putNumber((Integer) value), WireInput::takeInt);
        }
        if (type == long.class) {
            return coder((value, out) -> out.putNumber((Long) value), WireInput::takeNumber);
        }
        if (type == String.class) {
            return coder((value, out) -> out.putText((String) value), WireInput::takeText);
        }
        if (type == Bytes.class) {
            return coder((value, out) -> out.putBytes((Bytes) value), WireInput::takeBytes);
        }
        if (type == OptionalLong.class) {
            return optionalLong();
        }
        if (type == OptionalInt.class) {
            return optionalInt();
        }
        throw new IllegalArgumentException("Messages cannot carry a " + type.getName());
    }

    private interface Reading {
        Object read(WireInput in) throws MalformedMessageException;
    }

    private static Coder coder(BiConsumer<Object, WireOutput> writing, Reading reading) {
        return new Coder() {
            @Override
            public void write(Object value, WireOutput out) {
                writing.accept(value, out);
            }

            @Override
            public Object read(WireInput in) throws MalformedMessageException {
                return reading.read(in);
            }
        };
    }

    private static Coder enumOf(Class<?> type) {
        List<?> constants = List.of(type.getEnumConstants());
        return coder((value, out) -> out.putByte(constants.indexOf(value)), in -> {
            int position = in.takeByte();
            if (position >= constants.size()) {
                throw new MalformedMessageException("No " + type.getSimpleName() + " number " + position);
            }
            return constants.get(position);
        });
    }

    private static Coder listOf(Coder element) {
        return coder(
                (value, out) -> {
                    List<?> list = (List<?>) value;
                    out.putNumber(list.size());
                    list.forEach(item -> element.write(item, out));
                },
                in -> {
                    int size = in.takeLength();
                    List<Object> list = new ArrayList<>(size);
                    for (int i = 0; i < size; i++) {
                        list.add(element.read(in));
                    }
                    return List.copyOf(list);
                });
    }

    private static Coder optionalOf(Coder element) {
        return coder(
                (value, out) -> {
                    Optional<?> optional = (Optional<?>) value;
                    out.putByte(optional.isPresent() ? 1 : 0);
                    optional.ifPresent(item -> element.write(item, out));
                },
                in -> in.takeByte() == 0 ? Optional.empty() : Optional.of(element.read(in)));
    }

    private static Coder optionalLong() {
        return coder(
                (value, out) -> {
                    OptionalLong optional = (OptionalLong) value;
                    out.putByte(optional.isPresent() ? 1 : 0);
                    optional.ifPresent(out::putNumber);
                },
                in -> in.takeByte() == 0 ? OptionalLong.empty() : OptionalLong.of(in.takeNumber()));
    }

    private static Coder optionalInt() {
        return coder(
                (value, out) -> {
                    OptionalInt optional = (OptionalInt) value;
                    out.putByte(optional.isPresent() ? 1 : 0);
                    optional.ifPresent(out::putNumber);
                },
                in -> in.takeByte() == 0 ? OptionalInt.empty() : OptionalInt.of(in.takeInt()));
    }
}
