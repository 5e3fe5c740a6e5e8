/**
 * The worker's link with a coordinator: {@link io.sheaf.worker.link.ClusterLink} keeps it up, with one actor system after
 * the other where that must be.
 */
@NullMarked
package io.sheaf.worker.link;

import org.jspecify.annotations.NullMarked;
