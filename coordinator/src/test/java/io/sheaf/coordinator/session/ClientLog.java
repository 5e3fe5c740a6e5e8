package io.sheaf.coordinator.session;

import io.sheaf.coordinator.dispatch.ClientEvents;
import io.sheaf.coordinator.dispatch.ClientPort;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What is told of clients, in order; each is welcomed. */
final class ClientLog implements ClientEvents {
    final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    @Override
    public void opened(ClientPort port) {
        events.add("opened");
        port.send(new ToClient.Welcome("test", 1));
    }

    @Override
    public void received(ClientPort port, FromClient message) {
        events.add(message);
    }

    @Override
    public void slow(ClientPort port) {
        events.add("slow");
    }

    @Override
    public void caughtUp(ClientPort port) {
        events.add("caught up");
    }

    @Override
    public void closed(ClientPort port) {
        events.add("closed");
    }
}
