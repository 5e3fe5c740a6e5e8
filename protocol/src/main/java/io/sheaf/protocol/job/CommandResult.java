package io.sheaf.protocol.job;

import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import io.sheaf.protocol.wire.RecordCodec;
import java.nio.ByteBuffer;

/**
 * What the command of an item has given, when it exited with code 0. In the results of a job it is a {@code byte[]},
 * whatever the job's {@link ResultForm} is: {@link #bytes} makes it and {@link #of} reads it.
 *
 * @param run how it came about
 * @param stdout all that it wrote there
 */
public record CommandResult(Run run, Bytes stdout) {
    private static final RecordCodec<Run> CODEC = RecordCodec.of(Run.class);

    /**
     * A command that ran.
     *
     * @param startedMillis when it was started, since the epoch, by the clock of its worker
     * @param nanos for how long it ran
     * @param attempt which attempt at the item this was, from 1
     * @param worker where
     */
    public record Run(long startedMillis, long nanos, int attempt, WorkerId worker) {}

    /** A result whose stdout, of that length, is still to be put in, at the end. */
    public static byte[] bytes(Run run, int length) {
        Bytes head = CODEC.toBytes(run);
        byte[] bytes = new byte[2 + head.length() + length];
        ByteBuffer.wrap(bytes).putShort((short) head.length()).put(head.buffer());
        return bytes;
    }

    /**
     * The result that these bytes are.
     *
     * @throws MalformedMessageException when they are none
     */
    public static CommandResult of(byte[] result) throws MalformedMessageException {
        Bytes bytes = Bytes.wrap(result);
        int end = bytes.length() < 2 ? 2 : 2 + ((bytes.at(0) & 0xFF) << 8 | (bytes.at(1) & 0xFF));
        if (end > bytes.length()) {
            throw new MalformedMessageException("The result of a command is cut short");
        }
        return new CommandResult(CODEC.fromBytes(bytes.slice(2, end)), bytes.slice(end, bytes.length()));
    }
}
