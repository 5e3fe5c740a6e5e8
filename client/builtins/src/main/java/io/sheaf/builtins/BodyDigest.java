package io.sheaf.builtins;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/** Counts and hashes a body while it arrives, keeping none of it. */
final class BodyDigest implements HttpResponse.BodySubscriber<BodyDigest.Body> {

    private final MessageDigest digest = sha256();
    private final CompletableFuture<Body> body = new CompletableFuture<>();
    private final AtomicLong arrived;
    private long bytes;

    record Body(long bytes, String sha256) {}

    /** Adds to {@code arrived} what arrives, for whoever watches over the progress. */
    BodyDigest(AtomicLong arrived) {
        this.arrived = arrived;
    }

    @Override
    public CompletionStage<Body> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        for (ByteBuffer piece : pieces) {
            bytes += piece.remaining();
            arrived.addAndGet(piece.remaining());
            digest.update(piece);
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(new Body(bytes, HexFormat.of().formatHex(digest.digest())));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256; this one is broken", impossible);
        }
    }
}
