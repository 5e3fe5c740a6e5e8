package io.sheaf.builtins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrimesTest {

    private final Primes primes = new Primes();

    @AfterEach
    void leaveNoInterruptBehind() {
        Thread.interrupted();
    }

    /** Values of the prime counting function as published (OEIS A006880 and A007053). */
    @ParameterizedTest
    @CsvSource({
        "-9223372036854775808, 0",
        "-1, 0",
        "0, 0",
        "1, 0",
        "2, 1",
        "3, 2",
        "4, 2",
        "5, 3",
        "10, 4",
        "100, 25",
        "1000, 168",
        "10000, 1229",
        "65536, 6542",
        "100000, 9592",
        "1000000, 78498",
        "16777216, 1077871",
        "100000000, 5761455"
    })
    void countsAreThosePublished(long n, long count) throws InterruptedException {
        assertThat(primes.apply(n)).isEqualTo(count);
    }

    @Test
    void everySmallNumberAgreesWithTrialDivision() throws InterruptedException {
        long count = 0;
        for (int n = 0; n <= 3_000; n++) {
            count += isPrime(n) ? 1 : 0;
            assertThat(primes.apply((long) n)).as("primes up to %d", n).isEqualTo(count);
        }
    }

    @Test
    void nothingIsLostAtTheBordersOfSegmentsAndAtSquaresOfPrimes() throws InterruptedException {
        for (long border :
                new long[] {2 * 32 * 1024, 4 * 32 * 1024, 6 * 32 * 1024, 181 * 181, 251 * 251, 1009 * 1009}) {
            for (long n = border - 5; n <= border + 5; n++) {
                long step = BigInteger.valueOf(n).isProbablePrime(50) ? 1 : 0;
                assertThat(primes.apply(n) - primes.apply(n - 1)).as("at %d", n).isEqualTo(step);
            }
        }
    }

    @Test
    void anInterruptEndsIt() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> primes.apply(1_000_000_000L)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void whatWouldTakeDaysIsRefused() {
        assertThatThrownBy(() -> primes.apply(Long.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Give a number up to 100000000000000");
    }

    private static boolean isPrime(int n) {
        for (int divisor = 2; divisor * divisor <= n; divisor++) {
            if (n % divisor == 0) {
                return false;
            }
        }
        return n >= 2;
    }
}
