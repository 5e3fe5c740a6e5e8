/** What decides for a process, one thing after the other. */
@NullMarked
package io.sheaf.protocol.loop;

import org.jspecify.annotations.NullMarked;
