package io.sheaf.builtins;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text from UTF-8 that refuses what is not UTF-8, after handing out all that precedes it, so that the position of the
 * damage can be told: {@link java.io.InputStreamReader} throws away up to 8 KiB of good text before it. Skips a byte
 * order mark. Not thread-safe.
 */
final class Utf8Reader extends Reader {

    private static final int CAPACITY = 64 * 1024;

    private final InputStream in;
    private final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY).limit(0);
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private boolean ascii = true;
    private boolean started;
    private boolean ended;
    private long dropped;

    Utf8Reader(InputStream in) {
        this.in = in;
    }

    /** The number of bytes that were decoded: after a failure, the offset of the first bad one. */
    long offset() {
        return dropped + bytes.position();
    }

    /**
     * Reads at least one character, or returns -1 at the end.
     *
     * @param length at least 2, as characters beyond 16 bits are not split
     * @throws java.nio.charset.MalformedInputException if the next byte is not UTF-8
     */
    @Override
    public int read(char[] buffer, int from, int length) throws IOException {
        CharBuffer out = CharBuffer.wrap(buffer, from, length);
        while (true) {
            int before = bytes.position();
            CoderResult result = ascii ? decoder.decode(bytes, out, ended) : decode(out);
            int decoded = out.position() - from;
            if (decoded > 0) {
                ascii = bytes.position() - before == decoded;
                return decoded;
            }
            if (result.isError()) {
                result.throwException();
            }
            if (ended) {
                return -1;
            }
            fill();
        }
    }

    /**
     * Decodes until the bytes or the room run out, or the bytes are bad. The JDK's decoder is the faster one where all is
     * ASCII, but many times slower on everything that follows one accented letter in its buffer.
     */
    private CoderResult decode(CharBuffer out) {
        int end = out.limit();
        while (true) {
            decodeShort(out);
            if (out.remaining() < 2) {
                return CoderResult.OVERFLOW;
            }
            // What remains is rare: four bytes, half a character at the end of the buffer, bad ones. One at a time.
            out.limit(out.position() + 2);
            int before = bytes.position();
            CoderResult result = decoder.decode(bytes, out, ended);
            out.limit(end);
            if (result.isError() || bytes.position() == before) {
                return result;
            }
        }
    }

    /** Decodes characters of one and two bytes, up to the first other one. */
    private void decodeShort(CharBuffer out) {
        byte[] source = bytes.array();
        char[] target = out.array();
        int at = bytes.position();
        int to = out.position();
        int last = bytes.limit();
        int room = out.limit();
        while (true) {
            int run = asciiRun(source, at, target, to, Math.min(last - at, room - to));
            at += run;
            to += run;
            if (at + 1 >= last || to == room || !isTwoBytes(source[at], source[at + 1])) {
                break;
            }
            target[to++] = (char) (((source[at] & 0x1F) << 6) | (source[at + 1] & 0x3F));
            at += 2;
        }
        bytes.position(at);
        out.position(to);
    }

    /** Copies what is ASCII; one loop variable for both arrays lets the compiler drop their bounds checks. */
    private static int asciiRun(byte[] source, int at, char[] target, int to, int most) {
        int i = 0;
        while (i < most && source[at + i] >= 0) {
            target[to + i] = (char) source[at + i];
            i++;
        }
        return i;
    }

    private static boolean isTwoBytes(byte first, byte second) {
        return first >= (byte) 0xC2 && first <= (byte) 0xDF && second <= (byte) 0xBF;
    }

    private void fill() throws IOException {
        dropped += bytes.position();
        bytes.compact();
        int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
        ended = count < 0;
        bytes.position(bytes.position() + Math.max(0, count)).flip();
        if (!started) {
            start();
        }
    }

    private void start() throws IOException {
        started = true;
        int have = bytes.limit();
        int more = in.readNBytes(bytes.array(), have, Math.max(0, 3 - have));
        bytes.limit(have + more);
        if (bytes.limit() >= 3
                && bytes.get(0) == (byte) 0xEF
                && bytes.get(1) == (byte) 0xBB
                && bytes.get(2) == (byte) 0xBF) {
            bytes.position(3);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
