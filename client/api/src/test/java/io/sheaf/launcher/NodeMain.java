package io.sheaf.launcher;

import io.sheaf.client.FakeNode;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** The fake node as a process: same name, arguments and manners as the real one. */
public final class NodeMain {
    private NodeMain() {}

    public static void main(String[] arguments) throws IOException {
        int processes = Integer.parseInt(arguments[1]);
        if (processes == 666) {
            System.err.println("There are no 666 processes here");
            System.exit(1);
        }
        FakeNode node = FakeNode.listening(UnixDomainSocketAddress.of(Path.of(arguments[3])), processes, "");
        System.out.println("ready");
        var unused = node.clientGone().thenRun(() -> Runtime.getRuntime().halt(0));
        while (System.in.read() >= 0) {
            // Nothing is ever said there.
        }
        Runtime.getRuntime().halt(0);
    }
}
