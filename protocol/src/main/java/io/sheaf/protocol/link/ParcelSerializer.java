package io.sheaf.protocol.link;

import akka.serialization.ByteBufferSerializer;
import akka.serialization.JSerializer;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import io.sheaf.protocol.wire.RecordCodec;
import java.nio.ByteBuffer;

/** Writes parcels, of which there are many, in the encoding of what is in them; other messages are left to Jackson. */
public final class ParcelSerializer extends JSerializer implements ByteBufferSerializer {
    /** Known to every process of a cluster; up to 40 they are Akka's own. */
    private static final int IDENTIFIER = 5364;

    private static final RecordCodec<LinkMessage.Parcel> CODEC = RecordCodec.of(LinkMessage.Parcel.class);

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public boolean includeManifest() {
        return false;
    }

    @Override
    public byte[] toBinary(Object parcel) {
        return CODEC.toBytes((LinkMessage.Parcel) parcel).copy();
    }

    @Override
    public void toBinary(Object parcel, ByteBuffer out) {
        out.put(CODEC.toBytes((LinkMessage.Parcel) parcel).buffer());
    }

    @Override
    public Object fromBinaryJava(byte[] bytes, Class<?> manifest) {
        return read(bytes);
    }

    @Override
    public Object fromBinary(ByteBuffer in, String manifest) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return read(bytes);
    }

    private static LinkMessage.Parcel read(byte[] bytes) {
        try {
            return CODEC.fromBytes(Bytes.wrap(bytes));
        } catch (MalformedMessageException e) {
            throw new IllegalArgumentException("This is not a parcel of a link", e);
        }
    }
}
