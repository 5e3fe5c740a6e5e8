package io.sheaf.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.Supplier;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/** A terminal that shows what changes, in place of what was on it. Loaded only where it is used, since that costs time. */
final class Screen {
    private static final long LOOK_MILLIS = 1000;
    private static final int CTRL_C = 3;
    private static final int CTRL_D = 4;

    private Screen() {}

    /** Looks every second until q is typed, or nobody types any more. */
    static void watch(Supplier<TopView> look) throws IOException {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).dumb(true).build()) {
            Attributes before = terminal.enterRawMode();
            terminal.puts(Capability.enter_ca_mode);
            terminal.puts(Capability.cursor_invisible);
            Thread restoring = new Thread(() -> restore(terminal, before));
            Runtime.getRuntime().addShutdownHook(restoring);
            try {
                NonBlockingReader keys = terminal.reader();
                int key = NonBlockingReader.READ_EXPIRED;
                while (!ends(key)) {
                    show(terminal, look.get());
                    key = keys.read(LOOK_MILLIS);
                }
            } finally {
                forget(restoring);
                restore(terminal, before);
            }
        }
    }

    private static boolean ends(int key) {
        return key == 'q' || key == 'Q' || key == CTRL_C || key == CTRL_D || key == NonBlockingReader.EOF;
    }

    private static void show(Terminal terminal, TopView view) {
        Size size = terminal.getSize();
        int columns = size.getColumns() > 0 ? size.getColumns() : 80;
        int rows = size.getRows() > 0 ? size.getRows() : 24;
        PrintWriter out = terminal.writer();
        terminal.puts(Capability.cursor_home);
        view.text(columns, rows - 1).lines().forEach(line -> {
            out.print(line);
            terminal.puts(Capability.clr_eol);
            out.print("\r\n");
        });
        terminal.puts(Capability.clr_eos);
        out.print("q ends this");
        terminal.puts(Capability.clr_eol);
        terminal.flush();
    }

    private static void restore(Terminal terminal, Attributes before) {
        terminal.puts(Capability.cursor_normal);
        terminal.puts(Capability.exit_ca_mode);
        terminal.flush();
        terminal.setAttributes(before);
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is at work already.
        }
    }
}
