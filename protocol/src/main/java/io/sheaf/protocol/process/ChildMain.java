package io.sheaf.protocol.process;

import io.sheaf.RemoteRunnable;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The main of a {@link ChildJvm}: reads an action from stdin and runs it. */
public final class ChildMain {

    private ChildMain() {}

    /** Takes one argument: the file to create when this JVM exits rather than being killed. */
    public static void main(String[] arguments) throws Exception {
        Path exiting = Path.of(arguments[0]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> mark(exiting)));
        Bytes action = Bytes.wrap(System.in.readAllBytes());
        System.setIn(InputStream.nullInputStream());
        ClassLoader classes = ClassLoader.getSystemClassLoader();
        Object read = JavaSerialization.read(action, classes);
        if (!(read instanceof RemoteRunnable runnable)) {
            throw new IllegalArgumentException("No io.sheaf.RemoteRunnable: " + read);
        }
        runnable.runRemote();
    }

    private static void mark(Path exiting) {
        try {
            Files.createFile(exiting);
        } catch (IOException e) {
            // Then an exit code over 128 will be taken for a signal.
        }
    }
}
