/**
 * Jobs in threads of this JVM: a {@link io.sheaf.client.threads.ThreadsBackend} has a
 * {@link io.sheaf.client.threads.Lane} for each workload, whose threads take {@link io.sheaf.client.threads.Attempt}s
 * at items from {@link io.sheaf.client.threads.ThreadsJob}s in turn.
 */
@NullMarked
package io.sheaf.client.threads;

import org.jspecify.annotations.NullMarked;
