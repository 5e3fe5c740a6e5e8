package io.sheaf.protocol.wire;

import io.sheaf.protocol.wire.RecordCodec.Coder;
import java.util.HashMap;
import java.util.Map;

/** Writes the position of a value's class among the permitted ones, then the value. */
final class SealedCoder implements Coder {
    private final String name;
    private final Coder[] cases;
    private final Map<Class<?>, Integer> positions = new HashMap<>();

    private SealedCoder(String name, int cases) {
        this.name = name;
        this.cases = new Coder[cases];
    }

    static Coder of(Class<?> type, Map<Class<?>, Coder> known) {
        Class<?>[] permitted = type.getPermittedSubclasses();
        SealedCoder coder = new SealedCoder(type.getSimpleName(), permitted.length);
        known.put(type, coder);
        for (int i = 0; i < permitted.length; i++) {
            coder.positions.put(permitted[i], i);
            coder.cases[i] = Coders.of(permitted[i], known);
        }
        return coder;
    }

    @Override
    public void write(Object value, WireOutput out) {
        Integer position = positions.get(value.getClass());
        if (position == null) {
            throw new IllegalArgumentException(value.getClass().getName() + " is no " + name);
        }
        out.putByte(position);
        cases[position].write(value, out);
    }

    @Override
    public Object read(WireInput in) throws MalformedMessageException {
        int position = in.takeByte();
        if (position >= cases.length) {
            throw new MalformedMessageException("No " + name + " number " + position);
        }
        return cases[position].read(in);
    }
}
