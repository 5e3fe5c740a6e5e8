/** Decides which worker does what, and remembers what came of it. */
@NullMarked
package io.sheaf.coordinator;

import org.jspecify.annotations.NullMarked;
