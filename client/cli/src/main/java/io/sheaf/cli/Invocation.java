package io.sheaf.cli;

import java.util.List;
import java.util.Optional;

/**
 * What a command is run with.
 *
 * @param console where it reads and writes
 * @param connector how it reaches a coordinator
 * @param words what stands after {@code :::}; empty without it
 * @param command what stands after {@code --}, up to {@code :::}; empty without it
 */
record Invocation(Console console, Connector connector, Optional<List<String>> words, Optional<List<String>> command) {}
