package io.sheaf.protocol.wire;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;

/** A stream of bytes in both directions. One thread may read while another writes; any thread may close. */
public interface Transport extends Closeable {
    /** Blocks until there is something; negative at the end of the stream. */
    int read(ByteBuffer into) throws IOException;

    /** Writes all that remains. */
    void write(ByteBuffer from) throws IOException;

    /** Writes what can be written without waiting for the peer, possibly nothing; not while another thread writes. */
    default void writeAtOnce(ByteBuffer from) throws IOException {}

    /** The peer, for people. */
    String peer();

    /**
     * Connects over TCP.
     *
     * @param tls how to encrypt, checking that the certificate is that of the host; empty: not at all
     */
    static Transport connect(InetSocketAddress peer, int timeoutMillis, Optional<SSLContext> tls) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            keepAlive(channel);
            Socket socket = channel.socket();
            socket.connect(peer, timeoutMillis);
            if (tls.isEmpty()) {
                return of(channel);
            }
            SSLSocket secure = (SSLSocket)
                    tls.get().getSocketFactory().createSocket(socket, peer.getHostString(), peer.getPort(), true);
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            return of(secure, socket);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Lets the operating system find out within about 12 s that a TCP peer is gone which said nothing when it went, as
     * far as it can: a process that is merely stopped is still there. Where it has no such option nothing happens.
     */
    static void keepAlive(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 5);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 2);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        }
    }

    /** A connected TCP or Unix domain socket, which is closed with the transport and blocks nobody any more. */
    static Transport of(SocketChannel channel) throws IOException {
        try {
            return new ChannelTransport(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * TLS over a connected socket. Closing closes that socket at once, without a farewell of TLS: the frames say
     * whether something is missing, and a farewell would wait for a peer that does not read.
     */
    static Transport of(SSLSocket socket, Socket under) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        byte[] incoming = new byte[1 << 14];
        byte[] outgoing = new byte[1 << 14];
        return new Transport() {
            @Override
            public int read(ByteBuffer into) throws IOException {
                int count = in.read(incoming, 0, Math.min(incoming.length, into.remaining()));
                if (count > 0) {
                    into.put(incoming, 0, count);
                }
                return count;
            }

            @Override
            public void write(ByteBuffer from) throws IOException {
                while (from.hasRemaining()) {
                    int count = Math.min(outgoing.length, from.remaining());
                    from.get(outgoing, 0, count);
                    out.write(outgoing, 0, count);
                }
            }

            @Override
            public String peer() {
                return String.valueOf(socket.getRemoteSocketAddress());
            }

            @Override
            public void close() throws IOException {
                under.close();
            }
        };
    }
}
