package io.sheaf.builtins;

/**
 * Reads a decimal number from a buffer, without garbage for the usual ones and always to the nearest double.
 *
 * <p>Fast where that is exact: digits that fit a double's 53 bits, multiplied or divided by a power of ten up to
 * 10<sup>22</sup>, give one correctly rounded operation on two exact numbers (W. D. Clinger, "How to Read Floating Point
 * Numbers Accurately", PLDI 1990). All else goes through {@link Double#parseDouble}. Not thread-safe.
 */
final class DecimalScanner {

    /** What a field holds. */
    enum Kind {
        INTEGER,
        NUMBER,
        TEXT
    }

    private static final double[] TENS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    /** As many digits always fit a long. */
    private static final int LONG_DIGITS = 18;

    private static final long EXACT_MANTISSA = 1L << 53;
    private static final int NO_EXPONENT = Integer.MIN_VALUE;
    private static final int HUGE_EXPONENT = 100_000;

    private double value;

    /** The number that was read last; undefined after {@link Kind#TEXT}. */
    double value() {
        return value;
    }

    /** Reads {@code length} characters: spaces or tabs, a sign, digits, a fraction, an exponent, spaces or tabs. */
    Kind scan(char[] text, int from, int length) {
        int start = from;
        int end = from + length;
        while (start < end && isBlank(text[start])) {
            start++;
        }
        while (start < end && isBlank(text[end - 1])) {
            end--;
        }
        return start == end ? Kind.TEXT : scanTrimmed(text, start, end);
    }

    private Kind scanTrimmed(char[] text, int start, int end) {
        char sign = text[start];
        int first = sign == '-' || sign == '+' ? start + 1 : start;
        int at = first;
        int point = -1;
        long mantissa = 0;
        for (; at < end; at++) {
            // A char has no sign: what precedes '0' becomes a large number.
            char digit = (char) (text[at] - '0');
            if (digit <= 9) {
                mantissa = mantissa * 10 + digit;
            } else if (text[at] == '.' && point < 0) {
                point = at;
            } else {
                break;
            }
        }
        boolean whole = point < 0 && at == end;
        int fraction = point < 0 ? 0 : at - point - 1;
        int digits = point < 0 ? at - first : at - first - 1;
        int exponent = at == end ? 0 : exponent(text, at, end);
        if (digits == 0 || exponent == NO_EXPONENT) {
            return Kind.TEXT;
        }
        Kind kind = whole ? Kind.INTEGER : Kind.NUMBER;
        if (digits > LONG_DIGITS || !scale(mantissa, exponent - fraction)) {
            return slow(kind, text, start, end);
        }
        if (sign == '-') {
            // Not -value: whether -0 or 0 is the minimum must not depend on the order of rows.
            value = 0.0 - value;
        }
        return kind;
    }

    /** Sets the value to {@code mantissa} times ten to the {@code exponent} if one rounding does it. */
    private boolean scale(long mantissa, int exponent) {
        if (exponent == 0) {
            value = mantissa;
            return true;
        }
        if (mantissa > EXACT_MANTISSA || exponent < -22 || exponent > 22) {
            return false;
        }
        value = exponent < 0 ? mantissa / TENS[-exponent] : mantissa * TENS[exponent];
        return true;
    }

    private Kind slow(Kind kind, char[] text, int start, int end) {
        // Adding zero turns -0.0 into 0.0.
        value = Double.parseDouble(new String(text, start, end - start)) + 0.0;
        return Double.isFinite(value) ? kind : Kind.TEXT;
    }

    private static int exponent(char[] text, int letter, int end) {
        if (text[letter] != 'e' && text[letter] != 'E') {
            return NO_EXPONENT;
        }
        int at = letter + 1;
        boolean negative = at < end && text[at] == '-';
        if (negative || (at < end && text[at] == '+')) {
            at++;
        }
        if (at == end) {
            return NO_EXPONENT;
        }
        int exponent = 0;
        for (; at < end; at++) {
            if (!isDigit(text[at])) {
                return NO_EXPONENT;
            }
            exponent = Math.min(HUGE_EXPONENT, exponent * 10 + (text[at] - '0'));
        }
        return negative ? -exponent : exponent;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
