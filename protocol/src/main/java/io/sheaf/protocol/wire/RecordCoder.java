package io.sheaf.protocol.wire;

import io.sheaf.protocol.wire.RecordCodec.Coder;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Map;

/** Writes a record's components in order and reads them into its canonical constructor. */
final class RecordCoder implements Coder {
    private final String name;
    private final MethodHandle[] accessors;
    private final Coder[] coders;
    private final MethodHandle constructor;

    private RecordCoder(String name, int components, MethodHandle constructor) {
        this.name = name;
        this.accessors = new MethodHandle[components];
        this.coders = new Coder[components];
        this.constructor = constructor;
    }

    static Coder of(Class<?> type, Map<Class<?>, Coder> known) {
        RecordComponent[] components = type.getRecordComponents();
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            Class<?>[] types = new Class<?>[components.length];
            for (int i = 0; i < types.length; i++) {
                types[i] = components[i].getType();
            }
            MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
            RecordCoder coder = new RecordCoder(type.getSimpleName(), types.length, constructor);
            known.put(type, coder);
            for (int i = 0; i < types.length; i++) {
                coder.accessors[i] = lookup.unreflect(components[i].getAccessor())
                        .asType(MethodType.methodType(Object.class, Object.class));
                coder.coders[i] = Coders.of(components[i].getGenericType(), known);
            }
            return coder;
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type.getName() + " must be public, as must its package's module", e);
        }
    }

    @Override
    public void write(Object value, WireOutput out) {
        for (int i = 0; i < accessors.length; i++) {
            coders[i].write(component(i, value), out);
        }
    }

    @Override
    public Object read(WireInput in) throws MalformedMessageException {
        in.enter();
        Object[] values = new Object[coders.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = coders[i].read(in);
        }
        in.leave();
        try {
            return (Object) constructor.invokeExact(values);
        } catch (Throwable e) {
            throw new MalformedMessageException("Not a valid " + name + ": " + e.getMessage(), e);
        }
    }

    private Object component(int i, Object value) {
        try {
            return (Object) accessors[i].invokeExact(value);
        } catch (Throwable e) {
            throw new IllegalStateException("Cannot read component " + i + " of " + name, e);
        }
    }
}
