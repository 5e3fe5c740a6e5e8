package io.sheaf;

import java.util.ServiceLoader;

/** Makes clusters; implemented by the client library, so that the public interfaces need not know it. */
public interface ClusterProvider {

    /** See {@link Cluster#local(int)}. */
    Cluster local(int processes);

    /** See {@link Cluster#connect(String)}. */
    Cluster connect(String url);

    /**
     * The provider on the class path.
     *
     * @throws ClusterUnreachableException when there is none
     */
    static ClusterProvider installed() {
        return ServiceLoader.load(ClusterProvider.class, ClusterProvider.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new ClusterUnreachableException(
                        "No Sheaf client on the class path; add the dependency io.sheaf:sheaf-client", null));
    }
}
