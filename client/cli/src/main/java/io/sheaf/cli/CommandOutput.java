package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What commands wrote to stdout, written where bytes alone will not do. */
final class CommandOutput {
    private CommandOutput() {}

    /** As {@code result} where it is text, else as {@code resultBase64}. */
    static void put(Bytes stdout, ObjectNode into) {
        try {
            into.put(
                    "result",
                    StandardCharsets.UTF_8.newDecoder().decode(stdout.buffer()).toString());
        } catch (CharacterCodingException e) {
            into.put("resultBase64", Base64.getEncoder().encodeToString(stdout.copy()));
        }
    }

    /** Each line behind the tag; a last one without an end gets one. */
    static void writeTagged(byte[] tag, Bytes stdout, OutputStream out) throws IOException {
        int from = 0;
        while (from < stdout.length()) {
            int end = from;
            while (end < stdout.length() && stdout.at(end) != '\n') {
                end++;
            }
            out.write(tag);
            out.write(stdout.array(), stdout.offset() + from, end - from);
            out.write('\n');
            from = end + 1;
        }
    }
}
