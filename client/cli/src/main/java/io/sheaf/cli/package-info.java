/**
 * The command line. {@link io.sheaf.cli.CliMain} is the main; {@link io.sheaf.cli.MapCommand} and the other commands
 * each have a class; {@link io.sheaf.cli.WorkChoice} reads WHAT, {@link io.sheaf.cli.ItemChoice} reads ITEMS.
 */
@NullMarked
package io.sheaf.cli;

import org.jspecify.annotations.NullMarked;
