package io.sheaf.builtins;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.builtins.DecimalScanner.Kind;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalScannerTest {

    private final DecimalScanner scanner = new DecimalScanner();

    private Kind scan(String text) {
        char[] around = ("9" + text + "9").toCharArray();
        return scanner.scan(around, 1, text.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "7",
                "-7",
                "+7",
                "007",
                "42 ",
                "\t42",
                "  42  ",
                "9007199254740993",
                "999999999999999999",
                "9223372036854775807",
                "9223372036854775808",
                "-123456789012345678901234567890"
            })
    void digitsWithAnOptionalSignAreAnInteger(String text) {
        assertThat(scan(text)).isEqualTo(Kind.INTEGER);
        assertThat(scanner.value()).isEqualTo(new BigDecimal(text.strip()).doubleValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.5",
                "-1.5",
                "+.5",
                ".5",
                "1.",
                "1e3",
                "1E3",
                "1e+3",
                "-2.5e-3",
                "0.1",
                "0.30000000000000004",
                "1e22",
                "1e23",
                "1e-22",
                "1e-23",
                "123456789012345678901.5",
                "9007199254740993.0",
                "4.9e-324",
                "1e-400",
                "1.7976931348623157e308",
                "0.000000000000000000000000000001",
                "2.2250738585072011e-308",
                "00000000000000000001.5"
            })
    void decimalsAreReadToTheNearestDouble(String text) {
        assertThat(scan(text)).isEqualTo(Kind.NUMBER);
        assertThat(scanner.value()).isEqualTo(new BigDecimal(text).doubleValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-",
                "+",
                ".",
                "-.",
                "e5",
                ".e5",
                "1e",
                "1e+",
                "1e-",
                "1.2.3",
                "1..2",
                "1-2",
                "--1",
                "1,5",
                "1 2",
                "0x10",
                "1d",
                "1f",
                "NaN",
                "nan",
                "inf",
                "Infinity",
                "1e5.0",
                "1e5x",
                "12a",
                "a12",
                " ",
                "\t",
                "2024-01-02",
                "1e400",
                "-1e400",
                "1e99999999999",
                "\u0661\u0662",
                "\u00a01",
                "/",
                ":",
                "1/",
                "1:"
            })
    void allElseIsText(String text) {
        assertThat(scan(text)).isEqualTo(Kind.TEXT);
    }

    @Test
    void anIntegerTooLargeForADoubleIsText() {
        assertThat(scan("1" + "0".repeat(309))).isEqualTo(Kind.TEXT);
        assertThat(scan("1" + "0".repeat(308))).isEqualTo(Kind.INTEGER);
        assertThat(scanner.value()).isEqualTo(1e308);
    }

    @ParameterizedTest
    @CsvSource({"-0", "-0.0", "-0e5", "-0.0000000000000000000000", "-1e-400"})
    void thereIsNoNegativeZero(String text) {
        assertThat(scan(text)).isNotEqualTo(Kind.TEXT);
        assertThat(1 / scanner.value()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void everyLengthAndExponentAgreesWithBigDecimal() {
        Random random = new Random(42);
        for (int i = 0; i < 200_000; i++) {
            String text = randomDecimal(random);
            assertThat(scan(text)).as(text).isNotEqualTo(Kind.TEXT);
            double expected = new BigDecimal(text).doubleValue();
            if (scanner.value() != expected) {
                throw new AssertionError(text + ": " + scanner.value() + " instead of " + expected);
            }
        }
    }

    private static String randomDecimal(Random random) {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
        text.append(random.nextInt(10));
        for (int digits = random.nextInt(12); digits > 0; digits--) {
            text.append(random.nextInt(10));
        }
        if (random.nextBoolean()) {
            text.append('.');
            for (int digits = 1 + random.nextInt(10); digits > 0; digits--) {
                text.append(random.nextInt(10));
            }
        }
        if (random.nextInt(3) == 0) {
            text.append(random.nextBoolean() ? 'e' : 'E').append(random.nextInt(60) - 30);
        }
        return text.toString();
    }
}
