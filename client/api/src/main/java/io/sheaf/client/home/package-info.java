/** What is kept for this user between runs, in {@code ~/.sheaf}. */
@NullMarked
package io.sheaf.client.home;

import org.jspecify.annotations.NullMarked;
