/** The code of jobs: uploaded once, kept by its SHA-256, sent to each worker that lacks it. */
@NullMarked
package io.sheaf.coordinator.code;

import org.jspecify.annotations.NullMarked;
