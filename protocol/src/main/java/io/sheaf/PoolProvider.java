package io.sheaf;

import java.util.ServiceLoader;

/** Makes pools; implemented by the client library, so that the public interfaces need not know it. */
public interface PoolProvider {

    /**
     * See {@link Pool#threads(int)}.
     *
     * @param threads how many
     * @return a pool
     */
    Pool threads(int threads);

    /**
     * See {@link Pool#processes(int)}.
     *
     * @param processes how many
     * @return a pool
     */
    Pool processes(int processes);

    /**
     * See {@link Pool#connect(String)}.
     *
     * @param url the coordinator's address
     * @return a pool
     */
    Pool connect(String url);

    /**
     * The provider on the class path.
     *
     * @return the first that there is
     * @throws ClusterUnreachableException when there is none
     */
    static PoolProvider installed() {
        return ServiceLoader.load(PoolProvider.class, PoolProvider.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new ClusterUnreachableException(
                        "No Sheaf client on the class path; add the dependency io.sheaf:sheaf-client", null));
    }
}
