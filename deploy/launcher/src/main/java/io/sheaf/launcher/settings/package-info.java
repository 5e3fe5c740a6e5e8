/** Settings: defaults, a file, the environment and flags, read once and checked. */
@NullMarked
package io.sheaf.launcher.settings;

import org.jspecify.annotations.NullMarked;
