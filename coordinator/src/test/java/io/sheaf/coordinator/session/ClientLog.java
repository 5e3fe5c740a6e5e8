package io.sheaf.coordinator.session;

import io.sheaf.coordinator.dispatch.ClientEvents;
import io.sheaf.coordinator.dispatch.ClientPort;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What is told of clients, in order; each is welcomed. */
final class ClientLog implements ClientEvents {
    final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    @Override
    public Optional<JobId> jobOf(String token) {
        return token.equals(Lobby.TASK_TOKEN) ? Optional.of(new JobId(7)) : Optional.empty();
    }

    @Override
    public void opened(ClientPort port, Optional<JobId> within) {
        events.add(within.map(job -> "opened within " + job).orElse("opened"));
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
