package io.sheaf.client;

import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Preface;
import io.sheaf.protocol.wire.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fake node's end of one client's connection. */
final class FakeSession implements Connection.Listener<FromClient> {
    private final FakeNode node;
    private final Connection<FromClient, ToClient> connection;
    private final Map<JobId, FakeJob> jobs = new HashMap<>();
    private final Map<CodeId, ByteArrayOutputStream> uploads = new HashMap<>();
    private final Map<FromClient.Submit, Set<CodeId>> waiting = new HashMap<>();

    FakeSession(FakeNode node, Transport transport) throws IOException {
        this.node = node;
        Preface.read(transport);
        this.connection = new Connection<>(
                "fake-session", transport, ClientConversation.FROM_CLIENT, ClientConversation.TO_CLIENT);
    }

    void start() {
        connection.start(this);
    }

    void say(ToClient message) {
        connection.send(message);
    }

    void close() {
        connection.close();
    }

    synchronized void refusePending(Problem problem, String message) {
        waiting.keySet().forEach(submit -> say(new ToClient.RequestFailed(submit.request(), problem, message)));
        waiting.clear();
    }

    @Override
    public synchronized void received(FromClient message) {
        if (node.mute) {
            return;
        }
        if (message instanceof FromClient.Hello hello) {
            greet(hello);
        } else if (message instanceof FromClient.Submit submit) {
            submit(submit);
        } else if (message instanceof FromClient.CodePart part) {
            store(part);
        } else if (message instanceof FromClient.Items items) {
            node.received(items.items().count());
            job(items.job()).add(items.items());
        } else if (message instanceof FromClient.ItemsEnded ended) {
            job(ended.job()).end(ended.total());
        } else if (message instanceof FromClient.Cancel cancel) {
            say(new ToClient.Job(cancel.request(), job(cancel.job()).cancel()));
        } else if (message instanceof FromClient.CancelItem cancel) {
            node.cancelled(cancel.index());
        } else if (message instanceof FromClient.Watch watch) {
            say(node.followed
                    .<ToClient>map(status -> new ToClient.Job(watch.request(), status))
                    .orElseGet(() -> new ToClient.RequestFailed(
                            watch.request(), Problem.UNKNOWN_JOB, "There is no job " + watch.job())));
        } else if (message instanceof FromClient.DescribeJob describe && !jobs.containsKey(describe.job())) {
            say(new ToClient.RequestFailed(describe.request(), Problem.UNKNOWN_JOB, "No job " + describe.job()));
        } else if (message instanceof FromClient.ListJobs list) {
            say(new ToClient.Jobs(
                    list.request(), jobs.values().stream().map(FakeJob::status).toList()));
        }
    }

    private FakeJob job(JobId id) {
        FakeJob job = jobs.get(id);
        if (job == null) {
            throw new IllegalStateException("A client spoke of job " + id + ", which there is not");
        }
        return job;
    }

    private void greet(FromClient.Hello hello) {
        if (hello.token().equals(node.token)) {
            say(new ToClient.Welcome("0.1.0", node.slots));
        } else {
            say(new ToClient.Refused(Problem.NOT_AUTHENTICATED, "This token is not accepted"));
            connection.end();
        }
    }

    private void submit(FromClient.Submit submit) {
        Set<CodeId> lacking = new HashSet<>();
        for (CodeFile file : node.wantsCode ? submit.spec().code().files() : List.<CodeFile>of()) {
            if (!node.code.containsKey(file.id())) {
                lacking.add(file.id());
                say(new ToClient.CodeWanted(file.id()));
            }
        }
        waiting.put(submit, lacking);
        acceptComplete();
    }

    private void store(FromClient.CodePart part) {
        ByteArrayOutputStream file = uploads.computeIfAbsent(part.id(), id -> new ByteArrayOutputStream());
        if (part.offset() != file.size()) {
            throw new IllegalStateException("A part for " + part.offset() + " at " + file.size());
        }
        file.writeBytes(part.data().copy());
        if (part.last()) {
            node.code.put(part.id(), file.toByteArray());
            waiting.values().forEach(lacking -> lacking.remove(part.id()));
            acceptComplete();
        }
    }

    synchronized void endJobs(String reason) {
        jobs.values().forEach(job -> job.end(reason));
    }

    synchronized void acceptComplete() {
        if (node.holdsJobs) {
            return;
        }
        for (FromClient.Submit submit : List.copyOf(waiting.keySet())) {
            if (waiting.getOrDefault(submit, Set.of()).isEmpty()) {
                waiting.remove(submit);
                JobId id = new JobId(node.jobs.incrementAndGet());
                jobs.put(id, new FakeJob(id, submit, node, this));
                say(new ToClient.Accepted(submit.request(), id, node.credit, 0));
                node.submitted(submit.spec());
                if (submit.spec().source() instanceof Source.Range range && range.count() == 0) {
                    job(id).end(0);
                }
            }
        }
    }

    @Override
    public synchronized void closed(String reason) {
        jobs.values().forEach(FakeJob::cancel);
        node.gone(reason);
    }
}
