package io.sheaf.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    private static final String PORT = "sheaf.coordinator.http-port";

    @TempDir
    Path folder;

    private Optional<Path> file(String text) throws IOException {
        return Optional.of(Files.writeString(folder.resolve("sheaf.conf"), text));
    }

    @Test
    void aFlagWinsOverTheEnvironmentThatOverTheFileThatOverTheDefault() throws IOException {
        Optional<Path> file = file("sheaf.coordinator.http-port = 2");
        Map<String, String> environment = Map.of("SHEAF_COORDINATOR_HTTP_PORT", "3");
        assertThat(Settings.read(Optional.empty(), Map.of(), Map.of()).text(PORT))
                .isEqualTo("8520");
        assertThat(Settings.read(file, Map.of(), Map.of()).text(PORT)).isEqualTo("2");
        assertThat(Settings.read(file, environment, Map.of()).text(PORT)).isEqualTo("3");
        Settings all = Settings.read(file, environment, Map.of(PORT, "4"));
        assertThat(all.text(PORT)).isEqualTo("4");
        assertThat(all.lines()).contains(PORT + " = 4 (flag)", "sheaf.worker.slots = 0 (default)");
    }

    @Test
    void anUnknownKeyIsAnErrorThatSuggestsTheNearest() throws IOException {
        Optional<Path> file = file("sheaf.coordinator.htp-port = 2");
        assertThatThrownBy(() -> Settings.read(file, Map.of(), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("did you mean " + PORT);
    }

    @Test
    void aNumberThatIsNoneNamesItsKey() {
        Settings settings = Settings.read(Optional.empty(), Map.of(), Map.of(PORT, "many"));
        assertThatThrownBy(() -> settings.number(PORT, 0, 65_535)).hasMessageContaining(PORT);
    }

    @Test
    void theTokenIsNotShown() {
        Settings settings = Settings.read(Optional.empty(), Map.of("SHEAF_TOKEN", "hush"), Map.of());
        assertThat(settings.token()).isEqualTo("hush");
        assertThat(String.join("\n", settings.lines())).doesNotContain("hush");
    }

    @Test
    void listeningBeyondThisMachineIsRefusedWithoutTokenAndTls() {
        String bind = "sheaf.coordinator.bind";
        Settings open = Settings.read(Optional.empty(), Map.of("SHEAF_TOKEN", "t"), Map.of(bind, "0.0.0.0"));
        assertThatThrownBy(() -> Exposure.check(bind, open, false)).hasMessageContaining("--insecure");
        assertThat(Exposure.check(bind, open, true)).isTrue();
        Settings loopback = Settings.read(Optional.empty(), Map.of(), Map.of());
        assertThat(Exposure.check(bind, loopback, false)).isFalse();
    }
}
