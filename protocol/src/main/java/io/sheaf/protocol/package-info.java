/** What the processes of Sheaf say to each other: {@code job} has the nouns, {@code wire} how they become bytes. */
@NullMarked
package io.sheaf.protocol;

import org.jspecify.annotations.NullMarked;
