package io.sheaf.client.session;

import io.sheaf.protocol.ClientConversation.ToClient;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An answer that is waited for, and who listens to the job that it is about. */
record Pending<A>(
        Class<A> answer,
        CompletableFuture<A> future,
        @Nullable JobListener listener) {
    boolean isAny() {
        return true;
    }

    boolean isSubmission() {
        return answer.equals(ToClient.Accepted.class);
    }

    void complete(ToClient message) {
        if (answer.isInstance(message)) {
            future.complete(answer.cast(message));
        } else {
            future.completeExceptionally(new IllegalStateException(
                    "A " + message.getClass().getSimpleName() + " for a " + answer.getSimpleName()));
        }
    }
}
