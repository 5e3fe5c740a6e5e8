/** The user's class path as a bundle. */
@NullMarked
package io.sheaf.client.code;

import org.jspecify.annotations.NullMarked;
