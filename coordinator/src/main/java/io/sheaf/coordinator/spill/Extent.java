package io.sheaf.coordinator.spill;

import java.nio.file.Path;

/**
 * Where some bytes are on disk.
 *
 * @param offset of the first of them
 */
record Extent(Path file, long offset, int length) {}
