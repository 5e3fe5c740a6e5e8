package io.sheaf.coordinator.journal;

/**
 * Where a journal is that several coordinators share.
 *
 * @param url as {@code jdbc:postgresql://host/database}
 * @param user empty: as the URL says, or the user of this process
 * @param password empty: as the URL says, or none
 */
public record PostgresPlace(String url, String user, String password) {
    /** For people: without what follows the question mark, which may have the password. */
    String withoutSecrets() {
        return url.replaceFirst("\\?.*", "").replaceFirst("//[^/@]*@", "//");
    }
}
