/** The {@code sheaf} command: reads the command line, asks the cluster, prints. */
@NullMarked
package io.sheaf.cli;

import org.jspecify.annotations.NullMarked;
