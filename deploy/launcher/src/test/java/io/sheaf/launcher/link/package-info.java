/** The link between coordinator and worker, with real actor systems on both ends: begin with {@code LinkTest}. */
@NullMarked
package io.sheaf.launcher.link;

import org.jspecify.annotations.NullMarked;
