/** Clusters: a session, and what can be asked over it; {@link io.sheaf.client.cluster.SheafClusters} makes them. */
@NullMarked
package io.sheaf.client.cluster;

import org.jspecify.annotations.NullMarked;
