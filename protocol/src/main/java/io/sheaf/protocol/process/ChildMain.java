package io.sheaf.protocol.process;

import io.sheaf.RemoteRunnable;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.wire.Bytes;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The main of a {@link ChildJvm}: reads an action from stdin and runs it. */
public final class ChildMain {

    private static final int ORPHANED = 128 + 9;

    private ChildMain() {}

    /** Takes one argument: the file to create when this JVM exits rather than being killed. */
    public static void main(String[] arguments) throws Exception {
        Path exiting = Path.of(arguments[0]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> mark(exiting)));
        DataInputStream in = new DataInputStream(System.in);
        Bytes action = Bytes.wrap(in.readNBytes(in.readInt()));
        System.setIn(InputStream.nullInputStream());
        endWithParent(in);
        ClassLoader classes = ClassLoader.getSystemClassLoader();
        Object read = JavaSerialization.read(action, classes);
        if (!(read instanceof RemoteRunnable runnable)) {
            throw new IllegalArgumentException("No io.sheaf.RemoteRunnable: " + read);
        }
        runnable.runRemote();
    }

    /** Its parent keeps stdin open for as long as it lives. */
    private static void endWithParent(InputStream parent) {
        Thread thread = new Thread(
                () -> {
                    try {
                        parent.read();
                    } catch (IOException e) {
                        // That is its end, too.
                    }
                    Runtime.getRuntime().halt(ORPHANED);
                },
                "sheaf-parent");
        thread.setDaemon(true);
        thread.start();
    }

    private static void mark(Path exiting) {
        try {
            Files.createFile(exiting);
        } catch (IOException e) {
            // Then an exit code over 128 will be taken for a signal.
        }
    }
}
