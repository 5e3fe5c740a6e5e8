package io.sheaf.client.cluster;

import io.sheaf.Cluster;
import io.sheaf.ClusterProvider;
import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.code.ClassPathBundle;
import io.sheaf.client.local.LocalNode;
import io.sheaf.client.session.CodeFiles;
import io.sheaf.client.session.CoordinatorAddress;
import io.sheaf.client.session.RequestFailedException;
import io.sheaf.client.session.Session;
import io.sheaf.client.session.Sessions;
import io.sheaf.client.session.SocketSession;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.task.TaskClusters;
import io.sheaf.protocol.task.TaskRoute;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Makes clusters, for programs and for tasks. */
public final class SheafClusters implements ClusterProvider {
    /** For the service loader. */
    public SheafClusters() {}

    @Override
    public Cluster local(int processes) {
        return open(() -> LocalNode.start(processes));
    }

    @Override
    public Cluster connect(String url) {
        CoordinatorAddress address = CoordinatorAddress.parse(url);
        return open(() -> Sessions.connect(address));
    }

    private static Cluster open(Supplier<Session> opening) {
        Session session = letIn(opening);
        try {
            return new SessionCluster(session, ClassPathBundle.ofThisJvm());
        } catch (IOException e) {
            session.close();
            throw new ClusterUnreachableException("The class path cannot be read: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    private static Session letIn(Supplier<Session> opening) {
        try {
            return opening.get();
        } catch (RequestFailedException e) {
            throw new ClusterUnreachableException(String.valueOf(e.getMessage()), e);
        }
    }

    /** For what runs tasks. The code of their jobs is that of the job that they belong to. */
    public static final class OfTasks implements TaskClusters {
        private static final CodeFiles THE_SAME = new CodeFiles(new Bundle(List.of()), Map.of());

        /** For the service loader. */
        public OfTasks() {}

        @Override
        public Cluster connect(TaskRoute route) {
            try {
                Transport transport = Transport.of(SocketChannel.open(UnixDomainSocketAddress.of(route.socket())));
                Session session = letIn(() -> SocketSession.open(
                        "the coordinator", transport, route.token().text()));
                return new SessionCluster(session, THE_SAME);
            } catch (IOException e) {
                throw new ClusterUnreachableException(
                        "The worker does not connect its task with the coordinator: " + e.getMessage(), e);
            }
        }
    }
}
