package io.sheaf.protocol.wire;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A stream of bytes in both directions. One thread may read while another writes; any thread may close. */
public interface Transport extends Closeable {
    /** Blocks until there is something; negative at the end of the stream. */
    int read(ByteBuffer into) throws IOException;

    /** Writes all that remains. */
    void write(ByteBuffer from) throws IOException;

    /** The peer, for people. */
    String peer();

    /** A connected TCP or Unix domain socket in blocking mode, which is closed with the transport. */
    static Transport of(SocketChannel channel) {
        return new Transport() {
            @Override
            public int read(ByteBuffer into) throws IOException {
                return channel.read(into);
            }

            @Override
            public void write(ByteBuffer from) throws IOException {
                while (from.hasRemaining()) {
                    channel.write(from);
                }
            }

            @Override
            public String peer() {
                try {
                    return String.valueOf(channel.getRemoteAddress());
                } catch (IOException e) {
                    return "a closed connection";
                }
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
