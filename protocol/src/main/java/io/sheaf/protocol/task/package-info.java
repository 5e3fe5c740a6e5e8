/**
 * How a running task comes to the cluster that it runs on: begin with {@link io.sheaf.protocol.task.TaskClusters}, which
 * what runs tasks asks and the client library answers.
 */
@NullMarked
package io.sheaf.protocol.task;

import org.jspecify.annotations.NullMarked;
