package io.sheaf;

import java.util.ServiceLoader;

/** Makes pools; implemented by the client library, so that the public interfaces need not know it. */
public interface PoolProvider {

    /** See {@link Pool#threads(int)}. */
    Pool threads(int threads);

    /** See {@link Pool#processes(int)}. */
    Pool processes(int processes);

    /** See {@link Pool#connect(String)}. */
    Pool connect(String url);

    /**
     * The provider on the class path.
     *
     * @throws ClusterUnreachableException when there is none
     */
    static PoolProvider installed() {
        return ServiceLoader.load(PoolProvider.class, PoolProvider.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new ClusterUnreachableException(
                        "No Sheaf client on the class path; add the dependency io.sheaf:sheaf-client", null));
    }
}
