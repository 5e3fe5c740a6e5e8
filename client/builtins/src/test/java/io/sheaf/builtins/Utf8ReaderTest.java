package io.sheaf.builtins;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.MalformedInputException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8ReaderTest {

    /** Hands out a few bytes at a time, as a pipe may. */
    private static InputStream dribble(byte[] bytes, int most) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] target, int from, int length) throws IOException {
                return super.read(target, from, Math.min(length, most));
            }
        };
    }

    private static String readAll(Utf8Reader reader, int piece) throws IOException {
        StringBuilder text = new StringBuilder();
        char[] buffer = new char[piece + 7];
        for (int count = reader.read(buffer, 7, piece); count >= 0; count = reader.read(buffer, 7, piece)) {
            text.append(buffer, 7, count);
        }
        return text.toString();
    }

    private static String randomText(Random random, int length) {
        StringBuilder text = new StringBuilder();
        int[] ranges = {0x20, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x10FFFF};
        while (text.length() < length) {
            int range = random.nextInt(4) > 0 ? 0 : 2 * random.nextInt(5);
            text.appendCodePoint(ranges[range] + random.nextInt(ranges[range + 1] - ranges[range] + 1));
        }
        return text.toString();
    }

    @Test
    void charactersOfAllLengthsSurviveAnyCutOfInputAndOutput() throws IOException {
        Random random = new Random(1);
        for (int most : new int[] {1, 2, 3, 5, 1000, 1 << 20}) {
            for (int piece : new int[] {2, 3, 64, 8192}) {
                String text = randomText(random, 3000);
                Utf8Reader reader = new Utf8Reader(dribble(text.getBytes(UTF_8), most));
                assertThat(readAll(reader, piece)).isEqualTo(text);
                assertThat(reader.offset()).isEqualTo(text.getBytes(UTF_8).length);
            }
        }
    }

    @Test
    void textLongerThanTheBufferChangesBetweenAsciiAndAccents() throws IOException {
        String text = "plain ".repeat(20_000) + "déjà vu \uD83C\uDF3B ".repeat(20_000) + "plain ".repeat(20_000);
        assertThat(readAll(new Utf8Reader(new ByteArrayInputStream(text.getBytes(UTF_8))), 8192))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void aByteOrderMarkIsSkippedAtTheStartOnly(int most) throws IOException {
        String marked = "\uFEFFa\uFEFFb";
        assertThat(readAll(new Utf8Reader(dribble(marked.getBytes(UTF_8), most)), 16))
                .isEqualTo("a\uFEFFb");
        assertThat(readAll(new Utf8Reader(dribble("\uFEFF".getBytes(UTF_8), most)), 16))
                .isEmpty();
        assertThat(readAll(new Utf8Reader(dribble(new byte[0], most)), 16)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "BF",
                "C0AF",
                "C1BF",
                "C2",
                "C241",
                "C2C2A0",
                "E08080",
                "E09FBF",
                "E282",
                "E28241",
                "EDA080",
                "EDBFBF",
                "F0808080",
                "F08FBFBF",
                "F09F8C",
                "F09F8C41",
                "F4908080",
                "F5808080",
                "FE",
                "FF",
                "EFBB"
            })
    void whatIsNotUtf8IsRefusedAtItsOffsetAfterAllThatPrecedesIt(String hex) throws IOException {
        for (String before : new String[] {"", "abc", "é", "é\uD83C\uDF3B€x"}) {
            byte[] prefix = before.getBytes(UTF_8);
            byte[] bad = HexFormat.of().parseHex(hex);
            byte[] all = ByteBuffer.allocate(prefix.length + bad.length)
                    .put(prefix)
                    .put(bad)
                    .array();
            Utf8Reader reader = new Utf8Reader(new ByteArrayInputStream(all));
            char[] buffer = new char[16];
            StringBuilder text = new StringBuilder();
            assertThatThrownBy(() -> {
                        for (int count = reader.read(buffer, 0, 16); ; count = reader.read(buffer, 0, 16)) {
                            text.append(buffer, 0, count);
                        }
                    })
                    .isInstanceOf(MalformedInputException.class);
            assertThat(text.toString()).isEqualTo(before);
            assertThat(reader.offset()).isEqualTo(prefix.length);
        }
    }

    @Test
    void randomBytesAreAcceptedExactlyIfTheJdkAcceptsThem() throws IOException {
        Random random = new Random(2);
        int[] leads = {0x41, 0x41, 0x41, 0xA0, 0x80, 0xBF, 0xC1, 0xC3, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF3, 0xF4, 0xF5};
        int accepted = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(6)];
            for (int b = 0; b < bytes.length; b++) {
                bytes[b] = (byte) leads[random.nextInt(random.nextBoolean() ? 4 : leads.length)];
            }
            String expected = decodedByJdk(bytes);
            assertThat(decodedByUs(bytes)).isEqualTo(expected);
            accepted += expected.startsWith("refused") ? 0 : 1;
        }
        assertThat(accepted).isBetween(500, 19_500);
    }

    private static String decodedByJdk(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException refused) {
            return "refused";
        }
    }

    private static String decodedByUs(byte[] bytes) throws IOException {
        try {
            return readAll(new Utf8Reader(new ByteArrayInputStream(bytes)), 16);
        } catch (CharacterCodingException refused) {
            return "refused";
        }
    }
}
