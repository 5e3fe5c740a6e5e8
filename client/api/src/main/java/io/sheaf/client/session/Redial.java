package io.sheaf.client.session;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.protocol.ClientConversation.Problem;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The attempts to make a lost connection again, and when to give them up. One thread at a time may dial. */
final class Redial {
    private final String address;
    private final Reconnection reconnection;
    private ClusterUnreachableException lost;
    private long deadline;
    private int attempts;

    Redial(String address, Reconnection reconnection) {
        this.address = address;
        this.reconnection = reconnection;
        this.lost = new ClusterUnreachableException("There is no connection to " + address, null);
    }

    /** What to say of the connection if there will be no other. */
    synchronized void lost(ClusterUnreachableException why) {
        lost = why;
    }

    synchronized ClusterUnreachableException lost() {
        return lost;
    }

    /** The next attempt is the first again, with all the time that there is. */
    synchronized void startOver() {
        deadline = 0;
    }

    /**
     * One attempt, after a pause if it is not the first.
     *
     * @param opening makes the connection; what it makes after the time is up is closed
     * @return empty when it came to nothing and the time is not up
     * @throws ClusterUnreachableException when the time is up, or the coordinator refuses this client
     */
    Optional<SocketSession> attempt(Supplier<SocketSession> opening) throws InterruptedException {
        pause();
        CompletableFuture<SocketSession> session = openAside(opening);
        try {
            return Optional.of(session.get(left(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            failed(e.getCause());
            return Optional.empty();
        } catch (TimeoutException e) {
            var unused = session.thenAccept(SocketSession::close);
            throw tooLate();
        } catch (InterruptedException e) {
            var unused = session.thenAccept(SocketSession::close);
            throw e;
        }
    }

    /** In a thread of its own, since nothing else bounds how long that may take. */
    private static CompletableFuture<SocketSession> openAside(Supplier<SocketSession> opening) {
        CompletableFuture<SocketSession> session = new CompletableFuture<>();
        var unused = Aside.run("sheaf-connect", () -> {
            try {
                session.complete(opening.get());
            } catch (RuntimeException | Error e) {
                session.completeExceptionally(e);
            }
        });
        return session;
    }

    private synchronized void failed(@Nullable Throwable why) {
        if (why instanceof RequestFailedException refused && refused.problem() != Problem.SHUTTING_DOWN) {
            throw new ClusterUnreachableException(
                    "The connection to " + address + " was lost, and refused when it was made again: "
                            + refused.getMessage(),
                    refused);
        }
        lost = why instanceof ClusterUnreachableException unreachable
                ? unreachable
                : new ClusterUnreachableException("No session with " + address + ": " + why, why);
    }

    private synchronized long left() {
        return Math.max(1, deadline - System.nanoTime());
    }

    private synchronized void pause() throws InterruptedException {
        if (deadline == 0) {
            deadline = System.nanoTime() + reconnection.limit().toNanos();
            attempts = 0;
        }
        if (attempts > 0) {
            long pause = Reconnection.pauseMillis(
                    attempts, ThreadLocalRandom.current().nextDouble());
            long until = Math.min(deadline, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause));
            for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            if (deadline - System.nanoTime() <= 0) {
                throw tooLate();
            }
        }
        attempts++;
    }

    private synchronized ClusterUnreachableException tooLate() {
        return new ClusterUnreachableException(
                "The connection to " + address + " was lost and could not be made again within "
                        + reconnection.text() + " (" + lost.getMessage()
                        + "); see whether the coordinator runs, or allow more time with " + Reconnection.VARIABLE,
                lost);
    }
}
