package io.sheaf.coordinator.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Who may speak to a coordinator.
 *
 * @param token what everybody must know; empty: everybody who gets through may
 */
public record Credentials(Optional<String> token) {
    /** Whether this is the token; takes as long whatever is wrong with it. */
    public boolean accept(String presented) {
        return token.isEmpty()
                || MessageDigest.isEqual(
                        token.get().getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return token.isPresent() ? "a token" : "no token";
    }
}
