/** A coordinator and a worker in one process, for one client on the same machine. */
@NullMarked
package io.sheaf.launcher.local;

import org.jspecify.annotations.NullMarked;
