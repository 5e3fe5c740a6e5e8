/** Where the carried distribution lies: {@code sheaf.tar.gz}, with its version and SHA-256 in {@code node.properties}. */
@NullMarked
package io.sheaf.node;

import org.jspecify.annotations.NullMarked;
