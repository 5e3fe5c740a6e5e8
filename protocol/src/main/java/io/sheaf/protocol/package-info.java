/**
 * What the processes of Sheaf say to each other, in the order in which work flows:
 * {@link io.sheaf.protocol.ClientConversation}, {@link io.sheaf.protocol.WorkerConversation},
 * {@link io.sheaf.protocol.ExecutorConversation}. Package {@code job} has the nouns, {@code item} packs items and
 * results, {@code wire} makes bytes of it all.
 */
@NullMarked
package io.sheaf.protocol;

import org.jspecify.annotations.NullMarked;
