package io.sheaf.protocol.job;

import java.util.List;
import java.util.Optional;

/**
 * An exception as data, so that it can always be reported, whatever its class does.
 *
 * @param className in binary form
 * @param message or empty
 * @param frames the stack, innermost first
 * @param cause what caused it
 * @param suppressed what it suppressed
 */
public record Thrown(
        String className, String message, List<Frame> frames, Optional<Thrown> cause, List<Thrown> suppressed) {

    /**
     * One stack frame.
     *
     * @param file the source file, or empty
     * @param line its line, or negative
     */
    public record Frame(String className, String method, String file, int line) {}

    /** The class and the message in one line, as the first line of a stack trace has them. */
    public String headline() {
        return message.isEmpty() ? className : className + ": " + message;
    }
}
