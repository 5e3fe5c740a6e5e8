package io.sheaf.client.pool;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.Pool;
import io.sheaf.PoolProvider;
import io.sheaf.client.code.ClassPathBundle;
import io.sheaf.client.local.LocalNode;
import io.sheaf.client.session.CodeFiles;
import io.sheaf.client.session.CoordinatorAddress;
import io.sheaf.client.session.RequestFailedException;
import io.sheaf.client.session.Session;
import io.sheaf.client.session.Sessions;
import io.sheaf.client.threads.ThreadsBackend;
import java.io.IOException;
import java.util.function.Supplier;

/** Makes pools: a back end, and what all pools have on top of it. */
public final class SheafPools implements PoolProvider {
    /** For the service loader. */
    public SheafPools() {}

    @Override
    public Pool threads(int threads) {
        return new ClientPool(new PoolCore(new ThreadsBackend(threads, ThreadsCluster::new)), System.err::println);
    }

    @Override
    public Pool processes(int processes) {
        return open(() -> LocalNode.start(processes));
    }

    @Override
    public Pool connect(String url) {
        CoordinatorAddress address = CoordinatorAddress.parse(url);
        return open(() -> Sessions.connect(address));
    }

    /** A pool that ends the session when it is closed. */
    public static Pool over(Session session, CodeFiles code) {
        return new ClientPool(new PoolCore(new SessionBackend(session, code)));
    }

    private static Pool open(Supplier<Session> opening) {
        Session session;
        try {
            session = opening.get();
        } catch (RequestFailedException e) {
            throw new ClusterUnreachableException(String.valueOf(e.getMessage()), e);
        }
        try {
            return new ClientPool(
                    new PoolCore(new SessionBackend(session, ClassPathBundle.ofThisJvm())), System.err::println);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        } catch (IOException e) {
            session.close();
            throw new ClusterUnreachableException("The class path cannot be read: " + e.getMessage(), e);
        }
    }
}
