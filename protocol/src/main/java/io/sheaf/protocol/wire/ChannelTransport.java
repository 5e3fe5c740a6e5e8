package io.sheaf.protocol.wire;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Over a TCP or Unix domain socket that does not block, so that whoever has little to write need not leave it to others. */
final class ChannelTransport implements Transport {
    private final SocketChannel channel;
    private final Selector readable;
    private @Nullable Selector writable;
    private boolean closed;

    ChannelTransport(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
            // Messages are small and come one by one: each would wait for the peer's answer to the one before.
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        this.readable = Selector.open();
        channel.register(readable, SelectionKey.OP_READ);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int count = channel.read(into);
        while (count == 0 && into.hasRemaining()) {
            await(readable);
            count = channel.read(into);
        }
        return count;
    }

    @Override
    public void writeAtOnce(ByteBuffer from) throws IOException {
        channel.write(from);
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        channel.write(from);
        while (from.hasRemaining()) {
            await(writable());
            channel.write(from);
        }
    }

    /** Most connections never need it: whoever reads is faster than who writes. */
    private synchronized Selector writable() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (writable == null) {
            writable = Selector.open();
            channel.register(writable, SelectionKey.OP_WRITE);
        }
        return writable;
    }

    private static void await(Selector selector) throws IOException {
        try {
            selector.select();
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException e) {
            throw new ClosedChannelException();
        }
        // Nobody stops these threads so; left as it is, it would let no later call wait.
        Thread.interrupted();
    }

    @Override
    public String peer() {
        try {
            return String.valueOf(channel.getRemoteAddress());
        } catch (IOException e) {
            return "a closed connection";
        }
    }

    /** The socket is closed once no selector knows it any more. */
    @Override
    public void close() throws IOException {
        Selector other;
        synchronized (this) {
            closed = true;
            other = writable;
        }
        channel.close();
        readable.close();
        if (other != null) {
            other.close();
        }
    }
}
