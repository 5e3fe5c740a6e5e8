/** The pools behind the public interfaces of {@code io.sheaf}. */
@NullMarked
package io.sheaf.client;

import org.jspecify.annotations.NullMarked;
