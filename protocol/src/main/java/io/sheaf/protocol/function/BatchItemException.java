package io.sheaf.protocol.function;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An item within a batch failed; the cause says how. Its message says which, also where this class was not rebuilt. */
public final class BatchItemException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final Pattern MESSAGE = Pattern.compile("item (\\d{1,9}) of its batch");

    private final int position;

    /** @param position the item's position in the batch, from 0 */
    public BatchItemException(int position, Throwable cause) {
        super("item " + position + " of its batch", cause);
        this.position = position;
    }

    /** The item's position in the batch, from 0. */
    public int position() {
        return position;
    }

    /** The position that a message tells. */
    public static OptionalInt positionIn(String message) {
        Matcher matcher = MESSAGE.matcher(message);
        return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
