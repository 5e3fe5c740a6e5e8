package io.sheaf;

import java.util.ServiceLoader;

/** Makes clusters; implemented by the client library, so that the public interfaces need not know it. */
public interface ClusterProvider {

    /**
     * See {@link Cluster#local(int)}.
     *
     * @param processes how many, at least 1
     * @return an open cluster
     */
    Cluster local(int processes);

    /**
     * See {@link Cluster#connect(String)}.
     *
     * @param url the coordinator's address
     * @return an open cluster
     */
    Cluster connect(String url);

    /**
     * The provider on the class path.
     *
     * @return the first that is found
     * @throws ClusterUnreachableException when there is none
     */
    static ClusterProvider installed() {
        return ServiceLoader.load(ClusterProvider.class, ClusterProvider.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new ClusterUnreachableException(
                        "No Sheaf client on the class path; add the dependency io.sheaf:sheaf-client", null));
    }
}
