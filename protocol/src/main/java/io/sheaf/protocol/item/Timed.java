package io.sheaf.protocol.item;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A result together with how it came about, for callers that ask for that.
 *
 * @param value what the function returned
 * @param attempts how often the item was started
 * @param worker where it ran
 * @param nanos for how long it ran
 */
public record Timed(@Nullable Object value, int attempts, String worker, long nanos) implements Serializable {}
