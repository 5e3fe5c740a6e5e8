/**
 * What is under a pool: a {@link io.sheaf.client.backend.Backend} runs {@link io.sheaf.client.backend.Job}s, each as an
 * {@link io.sheaf.client.backend.Assignment} says, and tells {@link io.sheaf.client.backend.JobEvents} what comes of
 * them. Threads, processes and clusters differ below this line only.
 */
@NullMarked
package io.sheaf.client.backend;

import org.jspecify.annotations.NullMarked;
