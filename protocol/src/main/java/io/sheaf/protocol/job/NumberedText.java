package io.sheaf.protocol.job;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An item of a command whose number is not that of its place in the job, as where earlier ones were left out: travels as
 * bytes, as which no command can have its items otherwise.
 *
 * @param index what the command takes for its place, from 0
 * @param text the item
 */
public record NumberedText(long index, String text) {

    /** What travels. */
    public byte[] written() {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + bytes.length)
                .putLong(index)
                .put(bytes)
                .array();
    }

    /**
     * Reads what travels.
     *
     * @throws IllegalArgumentException when it has no number
     */
    public static NumberedText parse(byte[] written) {
        if (written.length < Long.BYTES) {
            throw new IllegalArgumentException("A numbered text without its number");
        }
        ByteBuffer buffer = ByteBuffer.wrap(written);
        return new NumberedText(
                buffer.getLong(), StandardCharsets.UTF_8.decode(buffer).toString());
    }
}
