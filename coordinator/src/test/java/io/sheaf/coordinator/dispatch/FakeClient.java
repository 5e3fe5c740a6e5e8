package io.sheaf.coordinator.dispatch;

import static org.assertj.core.api.Assertions.fail;

import io.sheaf.protocol.ClientConversation.ToClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that writes down what it is told. */
class FakeClient implements ClientPort {
    private final LinkedBlockingQueue<ToClient> inbox = new LinkedBlockingQueue<>();
    private final List<ToClient> heard = new ArrayList<>();

    volatile boolean closed;

    @Override
    public void send(ToClient message) {
        inbox.add(message);
    }

    @Override
    public void close() {
        closed = true;
    }

    /** The next message of that kind; those before it are kept among what was heard. */
    <T extends ToClient> T await(Class<T> kind) throws InterruptedException {
        while (true) {
            ToClient message = inbox.poll(10, TimeUnit.SECONDS);
            if (message == null) {
                return fail("No " + kind.getSimpleName() + " came after " + heard);
            }
            heard.add(message);
            if (kind.isInstance(message)) {
                return kind.cast(message);
            }
        }
    }

    /** All messages of that kind, up to the last that was waited for. */
    <T extends ToClient> List<T> heard(Class<T> kind) {
        return heard.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** What came and was not waited for. */
    List<ToClient> unread() {
        return List.copyOf(inbox);
    }
}
