package io.sheaf.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What came of a command line.
 *
 * @param exitCode its exit code
 * @param out its stdout
 * @param err its stderr
 */
record Typed(int exitCode, String out, String err) {
    static Typed run(Connector cluster, String... arguments) {
        return runWithInput("", cluster, arguments);
    }

    static Typed runWithInput(String stdin, Connector cluster, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = CliMain.run(console(stdin, out, err, false), cluster, arguments);
        return new Typed(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static Console console(String stdin, OutputStream out, OutputStream err, boolean terminal) {
        return new Console(
                new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal);
    }
}
