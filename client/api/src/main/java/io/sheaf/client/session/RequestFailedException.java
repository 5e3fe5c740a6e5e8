package io.sheaf.client.session;

import io.sheaf.protocol.ClientConversation.Problem;
import java.util.concurrent.CompletionException;

/** The coordinator refused a request; the message says why and what to do. */
public final class RequestFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Problem problem;

    /** A refusal. */
    public RequestFailedException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    /** What kind of refusal. */
    public Problem problem() {
        return problem;
    }

    /** What went wrong, out of the wrapping that a future puts around it. */
    static Throwable unwrap(Throwable why) {
        return why instanceof CompletionException && why.getCause() != null ? why.getCause() : why;
    }

    /** Whether it says that the coordinator is about to be gone. */
    static boolean isShuttingDown(Throwable why) {
        return why instanceof RequestFailedException refused && refused.problem == Problem.SHUTTING_DOWN;
    }
}
