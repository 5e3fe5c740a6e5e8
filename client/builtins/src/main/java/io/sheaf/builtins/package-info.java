/** The functions that {@code sheaf map} knows by name; to the cluster a code bundle like any other. */
@NullMarked
package io.sheaf.builtins;

import org.jspecify.annotations.NullMarked;
