package io.sheaf.coordinator.session;

import io.sheaf.coordinator.code.CodeStore;
import io.sheaf.coordinator.dispatch.ClientEvents;
import io.sheaf.coordinator.dispatch.ClientPort;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.IncomingCode;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: nothing but its first message is listened to before it has said who it is. Takes its code in and holds a
 * job back until all of the job's code is here.
 */
final class Session implements ClientPort, Connection.Listener<FromClient> {
    private static final Logger log = LoggerFactory.getLogger(Session.class);
    private static final long MOST_BACKLOG = 1L << 30;
    private static final long SLOW_BACKLOG = 16 << 20;
    private static final long EASY_BACKLOG = 4 << 20;

    private final Connection<FromClient, ToClient> connection;
    private final Credentials credentials;
    private final ClientEvents events;
    private final CodeStore code;
    private final Map<CodeId, IncomingCode> uploads = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Runnable known;
    private final AtomicBoolean slow = new AtomicBoolean();
    private volatile boolean open;
    private boolean ofTask;
    private boolean refused;
    private int silentLooks;
    private Runnable whenOver = () -> {};

    private record Waiting(FromClient message, long request, Set<CodeId> lacking) {}

    /**
     * A session that listens to nothing before {@link #start}.
     *
     * @param known run when it turns out who the client is, or when it is gone; possibly several times
     */
    Session(Transport transport, Credentials credentials, ClientEvents events, CodeStore code, Runnable known) {
        this.connection =
                new Connection<>("session", transport, ClientConversation.FROM_CLIENT, ClientConversation.TO_CLIENT);
        this.credentials = credentials;
        this.events = events;
        this.code = code;
        this.known = known;
        connection.limitFrames(Connection.FRAME_LIMIT_OF_STRANGERS);
    }

    /** Begins to listen; what is given runs once the session is over. */
    void start(Runnable whenOver) {
        this.whenOver = whenOver;
        connection.start(this);
    }

    /** Ends the session unless its client has said who it is. */
    void closeStranger() {
        if (!open) {
            connection.close();
        }
    }

    /**
     * To be called every second by one thread: ends the session when nothing has come for so many seconds, for its client
     * asks every second whether somebody is there. A client that is stopped for a shorter while is waited for.
     */
    void look(int mostSilent) {
        silentLooks = connection.nothingCame() ? silentLooks + 1 : 0;
        if (silentLooks == mostSilent) {
            log.warn("Nothing was heard of the client at {} for {} s; its session ends", connection.peer(), mostSilent);
            connection.close("nothing was heard for " + mostSilent + " s");
        }
    }

    @Override
    public void send(ToClient message) {
        connection.send(message);
        long backlog = connection.backlog();
        if (backlog > MOST_BACKLOG) {
            log.warn("The client at {} does not read what it asked for; its session ends", connection.peer());
            connection.close();
        } else if (backlog > SLOW_BACKLOG && slow.compareAndSet(false, true)) {
            events.slow(this);
            connection.onceBelow(EASY_BACKLOG, () -> {
                // In this order: else the news that it is slow again could come first.
                events.caughtUp(this);
                slow.set(false);
            });
        }
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public void received(FromClient message) {
        if (refused) {
            return; // It has one try per connection; what follows was sent before it knew the answer.
        }
        if (!open) {
            greet(message);
        } else if (message instanceof FromClient.Submit submit) {
            holdBack(submit, submit.request(), submit.spec().code());
        } else if (message instanceof FromClient.Retry retry && retry.code().isPresent()) {
            holdBack(retry, retry.request(), retry.code().get());
        } else if (message instanceof FromClient.FetchCode fetch) {
            give(fetch);
        } else if (message instanceof FromClient.CodePart part) {
            take(part);
        } else if (message instanceof FromClient.Ping) {
            connection.send(new ToClient.Pong());
        } else {
            events.received(this, message);
        }
    }

    @Override
    public void closed(String reason) {
        uploads.values().forEach(IncomingCode::abandon);
        uploads.clear();
        known.run();
        whenOver.run();
        if (open) {
            events.closed(this);
        }
    }

    private void greet(FromClient message) {
        if (!(message instanceof FromClient.Hello hello)) {
            refuse(Problem.REJECTED, "A session begins with Hello");
        } else if (hello.version() != ClientConversation.VERSION) {
            refuse(
                    Problem.VERSION,
                    "The client speaks version " + hello.version()
                            + " of the session protocol, the coordinator version " + ClientConversation.VERSION
                            + "; use the same release of both");
        } else if (JobToken.isOne(hello.token())) {
            events.jobOf(hello.token())
                    .ifPresentOrElse(
                            job -> open(Optional.of(job)),
                            () -> refuse(
                                    Problem.NOT_AUTHENTICATED,
                                    "The job of this task has ended, and with it what its tasks may ask"));
        } else if (!credentials.accept(hello.token())) {
            refuse(
                    Problem.NOT_AUTHENTICATED,
                    (hello.token().isEmpty() ? "The coordinator wants a token" : "That is not the coordinator's token")
                            + "; set SHEAF_TOKEN or write it to ~/.sheaf/token");
        } else {
            open(Optional.empty());
        }
    }

    private void open(Optional<JobId> within) {
        ofTask = within.isPresent();
        open = true;
        known.run();
        connection.limitFrames(Connection.FRAME_LIMIT);
        events.opened(this, within);
    }

    private void refuse(Problem problem, String message) {
        refused = true;
        connection.send(new ToClient.Refused(problem, message));
        connection.end();
    }

    /** A message about a job, until all code is here that it is about. */
    private void holdBack(FromClient message, long request, Bundle bundle) {
        try {
            Set<CodeId> lacking = new HashSet<>();
            for (CodeFile file : bundle.files()) {
                if (!code.has(file) && lacking.add(file.id()) && !uploads.containsKey(file.id())) {
                    uploads.put(file.id(), code.receive(file.id()));
                    connection.send(new ToClient.CodeWanted(file.id()));
                }
            }
            if (lacking.isEmpty()) {
                events.received(this, message);
            } else {
                waiting.add(new Waiting(message, request, lacking));
            }
        } catch (IOException e) {
            reject(request, "The coordinator cannot keep code: " + e.getMessage());
        }
    }

    private void give(FromClient.FetchCode fetch) {
        if (ofTask) {
            reject(fetch.request(), "A task may not ask that; ask from outside the cluster");
            return;
        }
        try {
            byte[] part = code.part(fetch.id(), fetch.offset(), ClientConversation.CODE_PART);
            connection.send(
                    new ToClient.Code(fetch.request(), part.length < ClientConversation.CODE_PART, Bytes.wrap(part)));
        } catch (IOException e) {
            reject(fetch.request(), "The coordinator has no code " + fetch.id() + ": " + e.getMessage());
        }
    }

    private void take(FromClient.CodePart part) {
        IncomingCode upload = uploads.get(part.id());
        if (upload == null) {
            return;
        }
        try {
            upload.append(part.data());
            if (part.last()) {
                uploads.remove(part.id());
                boolean right = upload.finish();
                if (right) {
                    code.arrived(part.id());
                }
                settle(part.id(), right ? "" : "A file arrived with other contents than its SHA-256 says");
            }
        } catch (IOException e) {
            uploads.remove(part.id());
            upload.abandon();
            settle(part.id(), "The coordinator cannot keep code: " + e.getMessage());
        }
    }

    private void settle(CodeId id, String trouble) {
        for (Waiting job : List.copyOf(waiting)) {
            if (job.lacking.remove(id) && !trouble.isEmpty()) {
                waiting.remove(job);
                reject(job.request, trouble);
            } else if (job.lacking.isEmpty()) {
                waiting.remove(job);
                events.received(this, job.message);
            }
        }
    }

    private void reject(long request, String why) {
        connection.send(new ToClient.RequestFailed(request, Problem.REJECTED, why));
    }
}
