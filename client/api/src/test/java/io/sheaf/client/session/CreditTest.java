package io.sheaf.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.RemoteFunction;
import io.sheaf.client.FakeNode;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client sends as much as the coordinator takes, and never waits for what will not come. */
@Timeout(60)
class CreditTest {
    private final LinkedBlockingQueue<String> withheld = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> sender = new CompletableFuture<>();
    private FakeNode node;
    private Session session;
    private JobHandle job;
    private Thread sending;

    @BeforeEach
    void open() throws Exception {
        node = FakeNode.withSlots(1);
        node.limitCredit(1);
        session = SocketSession.open("the fake node", node.connect(), "");
        RemoteFunction<Long, Long> same = item -> item;
        JobSpec spec = new JobSpec(
                "same",
                new Work.Closure(JavaSerialization.write(same)),
                new Source.Streamed(),
                new Bundle(List.of()),
                ResultForm.OBJECT,
                Policy.defaults(),
                Optional.empty(),
                true,
                false);
        job = session.submit(spec, new CodeFiles(new Bundle(List.of()), Map.of()), new Told())
                .get(10, TimeUnit.SECONDS);
        job.send(Segment.ofLongs(0, 100_000, 0));
        sending = new Thread(() -> {
            try {
                job.send(Segment.ofLongs(100_000, 5, 0));
                sender.complete("went on");
            } catch (InterruptedException e) {
                sender.complete("interrupted");
            }
        });
        sending.start();
        session.ask(ToClient.Jobs.class, FromClient.ListJobs::new).get(10, TimeUnit.SECONDS);
        assertThat(node.itemsReceived()).isEqualTo(100_000);
        assertThat(sender).isNotDone();
    }

    @AfterEach
    void close() throws IOException {
        session.close();
        node.close();
    }

    @Test
    void creditLetsTheSenderGoOn() throws Exception {
        node.tellAll(new ToClient.Credit(job.id(), 800_000));
        session.ask(ToClient.Jobs.class, FromClient.ListJobs::new).get(10, TimeUnit.SECONDS);
        assertThat(sender)
                .as("what the large segment took too much is to be made up for first")
                .isNotDone();
        node.tellAll(new ToClient.Credit(job.id(), 800_000));
        assertThat(sender).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("went on");
        session.ask(ToClient.Jobs.class, FromClient.ListJobs::new).get(10, TimeUnit.SECONDS);
        assertThat(node.itemsReceived()).isEqualTo(100_005);
    }

    @Test
    void theListenerHearsWhyNothingIsTakenIn() throws Exception {
        node.tellAll(new ToClient.Withheld(job.id(), "the disk is full"));
        assertThat(withheld.poll(10, TimeUnit.SECONDS)).isEqualTo("the disk is full");
    }

    @Test
    void theEndOfTheJobFreesTheSender() {
        node.endJobs("");
        assertThat(sender).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("went on");
        assertThat(node.itemsReceived()).isEqualTo(100_000);
    }

    @Test
    void cancellingFreesTheSender() {
        job.cancel();
        assertThat(sender).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("went on");
    }

    @Test
    void aLostConnectionFreesTheSender() {
        node.breakConnections();
        assertThat(sender).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("went on");
    }

    @Test
    void closingTheSessionFreesTheSender() {
        session.close();
        assertThat(sender).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("went on");
    }

    @Test
    void aSenderThatWaitsCanBeInterrupted() {
        sending.interrupt();
        assertThat(sender).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("interrupted");
    }

    private final class Told implements JobListener {
        @Override
        public void withheld(String why) {
            withheld.add(why);
        }

        @Override
        public void ended(JobStatus status) {}

        @Override
        public void lost(ClusterUnreachableException why) {}
    }
}
