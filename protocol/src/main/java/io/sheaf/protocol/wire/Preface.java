package io.sheaf.protocol.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The first four bytes of whoever opens a connection to the coordinator's session port: what follows them. */
public enum Preface {
    /** A client's session, see {@link io.sheaf.protocol.ClientConversation}. */
    CLIENT("SHC1"),
    /** A worker's connection for large bodies. */
    WORKER_DATA("SHW1");

    private final String text;

    Preface(String text) {
        this.text = text;
    }

    /** Says it. */
    public void write(Transport transport) throws IOException {
        transport.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * Reads it; blocks.
     *
     * @throws MalformedMessageException when the peer begins with something else
     */
    public static Preface read(Transport transport) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4);
        while (buffer.hasRemaining()) {
            if (transport.read(buffer) < 0) {
                throw new MalformedMessageException("The connection ended before it began");
            }
        }
        String said = new String(buffer.array(), StandardCharsets.US_ASCII);
        for (Preface preface : values()) {
            if (preface.text.equals(said)) {
                return preface;
            }
        }
        throw new MalformedMessageException("Not a Sheaf peer of this version on this port");
    }
}
