package io.sheaf.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes: UTF-8, whatever the locale.
 *
 * @param in its stdin
 * @param out its stdout, buffered; an {@link IOException} of it means that nobody reads any more
 * @param err its stderr
 * @param terminal whether a person watches stderr
 */
record Console(InputStream in, OutputStream out, PrintStream err, boolean terminal) {
    /** That of this process. */
    static Console ofProcess() {
        boolean terminal =
                "true".equals(System.getProperty("sheaf.stderr.tty")) && !"dumb".equals(System.getenv("TERM"));
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                terminal);
    }

    /** Writes to stdout, at once. */
    void print(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            // Nobody reads any more, as after `| head -1`: no reason to complain.
        }
    }

    /** Writes a line to stdout, at once. */
    void println(Object line) {
        print(line + "\n");
    }
}
