/** A private node on this machine: found or unpacked, started, and ended with the session that uses it. */
@NullMarked
package io.sheaf.client.local;

import org.jspecify.annotations.NullMarked;
