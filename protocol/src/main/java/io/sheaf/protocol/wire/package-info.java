/** How what is said becomes bytes. */
@NullMarked
package io.sheaf.protocol.wire;

import org.jspecify.annotations.NullMarked;
