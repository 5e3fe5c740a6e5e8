package io.sheaf.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExposureTest {
    private static final String BIND = "sheaf.coordinator.bind";

    @TempDir
    Path folder;

    @Test
    void loopbackNeedsNeitherTokenNorTls() {
        for (String host : new String[] {"127.0.0.1", "localhost", "::1"}) {
            assertThat(Exposure.check(BIND, settings(Map.of(BIND, host)), false))
                    .isFalse();
        }
    }

    @Test
    void aWiderAddressIsRefusedInWordsThatSayWhatToSet() {
        assertThatThrownBy(() -> Exposure.check(BIND, settings(Map.of(BIND, "0.0.0.0")), false))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(BIND + " = 0.0.0.0")
                .hasMessageContaining("sheaf.token")
                .hasMessageContaining("sheaf.tls.certificate")
                .hasMessageContaining("--insecure");
    }

    @Test
    void aTokenAloneIsNotEnoughSinceItWouldTravelInTheClear() {
        Map<String, String> flags = Map.of(BIND, "192.0.2.1", "sheaf.token", "hush");

        assertThatThrownBy(() -> Exposure.check(BIND, settings(flags), false)).isInstanceOf(SettingsException.class);
    }

    @Test
    void tlsAloneIsNotEnoughSinceClientsShowNoCertificate() throws IOException {
        assertThatThrownBy(() -> Exposure.check(BIND, settings(secure("")), false))
                .isInstanceOf(SettingsException.class);
    }

    @Test
    void aWiderAddressIsFineWithBoth() throws IOException {
        assertThat(Exposure.check(BIND, settings(secure("hush")), false)).isFalse();
    }

    @Test
    void theUsersWordIsEnoughAndIsToBeSaidLoudly() {
        assertThat(Exposure.check(BIND, settings(Map.of(BIND, "192.0.2.1")), true))
                .isTrue();
    }

    private Map<String, String> secure(String token) throws IOException {
        Map<String, String> flags = new HashMap<>(Map.of(BIND, "192.0.2.1", "sheaf.token", token));
        for (String name : new String[] {"certificate", "key", "authorities"}) {
            flags.put(
                    "sheaf.tls." + name,
                    Files.createFile(folder.resolve(name + ".pem")).toString());
        }
        return flags;
    }

    private static Settings settings(Map<String, String> flags) {
        return Settings.read(Optional.empty(), Map.of(), flags);
    }
}
