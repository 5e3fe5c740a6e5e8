package io.sheaf.protocol.job;

/**
 * What each running item of a job takes of its worker.
 *
 * @param label what; {@code name=value} for a label whose value is not a number, of which there is always enough
 * @param thousandths how much, in thousandths; at least 0
 */
public record Requirement(String label, long thousandths) {
    @Override
    public String toString() {
        if (label.indexOf('=') >= 0) {
            return label;
        }
        String amount =
                thousandths % 1000 == 0 ? Long.toString(thousandths / 1000) : Double.toString(thousandths / 1000.0);
        return label + "=" + amount;
    }
}
