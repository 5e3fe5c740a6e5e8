package io.sheaf.protocol.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Where the PEM files for TLS are.
 *
 * @param certificate this process's certificate, followed by intermediate ones; empty for a client without one
 * @param key its private key in PKCS#8, RSA since Akka reads no other, not encrypted; present exactly when the certificate
 *     is
 * @param authorities whom to trust; empty: whom Java trusts
 */
public record TlsFiles(Optional<Path> certificate, Optional<Path> key, Optional<Path> authorities) {
    private static final char[] NO_PASSWORD = {};

    /** @throws IllegalArgumentException when only one of certificate and key is given */
    public TlsFiles {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("TLS needs a certificate and its key; only one of them is set");
        }
    }

    /**
     * Reads the files.
     *
     * @throws IOException when one cannot be read or is no such file; the message names it
     */
    public SSLContext context() throws IOException {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(ownKeys(), NO_PASSWORD);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities.isEmpty() ? null : trusted(authorities.get()));
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up with " + this + ": " + e.getMessage(), e);
        }
    }

    private KeyStore ownKeys() throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        if (certificate.isPresent() && key.isPresent()) {
            Certificate[] chain = certificates(certificate.get()).toArray(new Certificate[0]);
            String algorithm = chain[0].getPublicKey().getAlgorithm();
            if (!algorithm.equals("RSA")) {
                throw new IOException("The key of " + certificate.get() + " is of the kind " + algorithm
                        + "; members of a cluster need RSA ones, as `openssl req -newkey rsa:2048` makes them");
            }
            store.setKeyEntry("own", privateKey(key.get(), chain[0]), NO_PASSWORD, chain);
        }
        return store;
    }

    private static KeyStore trusted(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate authority : certificates(file)) {
            store.setCertificateEntry("authority-" + number++, authority);
        }
        return store;
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static List<Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new IOException("No certificate in " + file);
            }
            return List.copyOf(found);
        }
    }

    private static PrivateKey privateKey(Path file, Certificate certificate)
            throws IOException, GeneralSecurityException {
        String text = Files.readString(file);
        int begin = text.indexOf("-----BEGIN PRIVATE KEY-----");
        int end = text.indexOf("-----END PRIVATE KEY-----");
        if (begin < 0 || end < begin) {
            throw new IOException("No unencrypted PKCS#8 key in " + file
                    + "; `openssl pkcs8 -topk8 -nocrypt` makes one of other formats");
        }
        String body = text.substring(begin + "-----BEGIN PRIVATE KEY-----".length(), end);
        return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    }
}
