package io.sheaf.worker.executor;

import io.sheaf.RemoteRunnable;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.wire.Bytes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A main that runs one item in the foreground, and nothing else, so that it can be looked at: its result to stdout, what
 * it throws to stderr as it was thrown. It has no {@link io.sheaf.TaskContext}.
 */
public final class ReplayMain {
    private ReplayMain() {}

    /** Takes one argument: a file with a {@link ToClient.Item}. Ends with 0, or with 1 when the item fails. */
    public static void main(String[] arguments) throws IOException {
        byte[] written = Files.readAllBytes(Path.of(arguments[0]));
        ToClient.Item item = (ToClient.Item) ClientConversation.TO_CLIENT.fromBytes(Bytes.wrap(written));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(out);
        int code = 0;
        try {
            out.println(Json.line(run(item)));
        } catch (Throwable e) {
            e.printStackTrace();
            code = 1;
        }
        out.flush();
        System.exit(code);
    }

    @SuppressWarnings("IllegalThrows")
    private static @Nullable Object run(ToClient.Item item) throws Throwable {
        ClassLoader classes = ClassLoader.getSystemClassLoader();
        if (item.job().initializer().isPresent()
                && JavaSerialization.read(item.job().initializer().get(), classes) instanceof RemoteRunnable first) {
            first.runRemote();
        }
        Object value = new SegmentReader(classes).read(item.item(), item.item().from());
        return Stages.settled(Calls.of(item.job().work(), classes).call(value));
    }
}
