package io.sheaf.protocol.job;

/**
 * Something that a worker says of itself. One whose value is a number is an amount of which running items take their
 * part; any other tells kinds of workers apart.
 *
 * @param name what
 * @param value how much, or which
 */
public record Label(String name, String value) {
    @Override
    public String toString() {
        return name + "=" + value;
    }
}
