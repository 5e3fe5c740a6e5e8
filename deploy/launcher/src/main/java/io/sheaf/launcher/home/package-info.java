/** The installation that a process runs from, and what it makes of it. */
@NullMarked
package io.sheaf.launcher.home;

import org.jspecify.annotations.NullMarked;
