package io.sheaf.protocol.wire;

import io.sheaf.protocol.wire.RecordCodec.Coder;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Map;

/**
 * Writes a record's components in order and reads them into its canonical constructor. By reflection: method handles are
 * no faster where they are not constants, and those of all messages cost a starting process 60 ms, of most of them for
 * nothing.
 */
final class RecordCoder implements Coder {
    private final String name;
    private final Method[] accessors;
    private final Coder[] coders;
    private final Constructor<?> constructor;

    private RecordCoder(String name, int components, Constructor<?> constructor) {
        this.name = name;
        this.accessors = new Method[components];
        this.coders = new Coder[components];
        this.constructor = constructor;
    }

    static Coder of(Class<?> type, Map<Class<?>, Coder> known) {
        if (!Modifier.isPublic(type.getModifiers())) {
            throw new IllegalArgumentException(type.getName() + " must be public");
        }
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = components[i].getType();
        }
        RecordCoder coder = new RecordCoder(type.getSimpleName(), types.length, constructor(type, types));
        known.put(type, coder);
        for (int i = 0; i < types.length; i++) {
            coder.accessors[i] = components[i].getAccessor();
            // Not asked again at each call.
            coder.accessors[i].setAccessible(true);
            coder.coders[i] = Coders.of(components[i].getGenericType(), known);
        }
        return coder;
    }

    private static Constructor<?> constructor(Class<?> type, Class<?>[] types) {
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(types);
            canonical.setAccessible(true);
            return canonical;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("A record without its canonical constructor: " + type.getName(), e);
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
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new MalformedMessageException("Not a valid " + name + ": " + why.getMessage(), why);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot make a " + name, e);
        }
    }

    private Object component(int i, Object value) {
        try {
            return accessors[i].invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot read component " + i + " of " + name, e);
        }
    }
}
