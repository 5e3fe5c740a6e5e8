package io.sheaf.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    private static final String PORT = "sheaf.coordinator.http-port";

    @TempDir
    Path folder;

    private final String home = System.getProperty("user.home");

    @BeforeEach
    void useAnEmptyHome() {
        System.setProperty("user.home", folder.toString());
    }

    @AfterEach
    void useTheOldHome() {
        System.setProperty("user.home", home);
    }

    @Test
    void aFlagWinsOverTheEnvironmentThatOverAFileThatOverTheDefault() throws IOException {
        Optional<Path> file = file("sheaf.coordinator.http-port = 2");
        Map<String, String> environment = Map.of("SHEAF_COORDINATOR_HTTP_PORT", "3");
        Map<String, String> flags = Map.of(PORT, "4");

        assertThat(port(Optional.empty(), Map.of(), Map.of())).isEqualTo(8520);
        assertThat(port(file, Map.of(), Map.of())).isEqualTo(2);
        assertThat(port(file, environment, Map.of())).isEqualTo(3);
        assertThat(port(file, environment, flags)).isEqualTo(4);
    }

    @Test
    void everySettingSaysWhereItComesFrom() throws IOException {
        Optional<Path> file = file("sheaf { data-dir = /d, worker.slots = 3 }");

        assertThat(Settings.read(file, Map.of("SHEAF_WORKER_JOIN", "h:1"), Map.of(PORT, "4"))
                        .lines())
                .contains(
                        "sheaf.coordinator.http-port = 4 (flag)",
                        "sheaf.worker.join = h:1 (SHEAF_WORKER_JOIN)",
                        "sheaf.worker.slots = 3 (" + file.orElseThrow() + ")",
                        "sheaf.coordinator.akka-port = 25520 (default)");
    }

    @Test
    void whatIsOnOrOffIsSaidSoAndNonsenseIsRefusedByName() {
        String key = "sheaf.class-data";
        assertThat(Settings.read(Optional.empty(), Map.of(), Map.of()).isOn(key))
                .isTrue();
        Map<String, String> off = Map.of("SHEAF_CLASS_DATA", "false");
        assertThat(Settings.read(Optional.empty(), off, Map.of()).isOn(key)).isFalse();
        Settings nonsense = Settings.read(Optional.empty(), Map.of(), Map.of(key, "perhaps"));
        assertThatThrownBy(() -> nonsense.isOn(key)).hasMessageContaining(key).hasMessageContaining("'perhaps'");
    }

    @Test
    void aSizeHasAUnitAndNonsenseIsRefusedByName() {
        String budget = "sheaf.coordinator.memory-budget";
        assertThat(Settings.read(Optional.empty(), Map.of(), Map.of()).bytes(budget, 1, 77))
                .isEqualTo(77);
        assertThat(Settings.read(Optional.empty(), Map.of(), Map.of(budget, "3 MiB"))
                        .bytes(budget, 1, 77))
                .isEqualTo(3 << 20);
        for (String nonsense : new String[] {"much", "-5", "1 KiB"}) {
            Settings settings = Settings.read(Optional.empty(), Map.of(), Map.of(budget, nonsense));
            assertThatThrownBy(() -> settings.bytes(budget, 1 << 20, 77))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining(budget)
                    .hasMessageContaining(nonsense)
                    .hasMessageContaining("as in 256 MiB");
        }
    }

    @Test
    void anUnknownKeyIsRefusedWithItsLineAndTheNearestKnownOne() throws IOException {
        Optional<Path> file = file("sheaf {\n  worker.slot = 3\n}");

        assertThatThrownBy(() -> Settings.read(file, Map.of(), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("sheaf.worker.slot in")
                .hasMessageContaining("line 2")
                .hasMessageContaining("did you mean sheaf.worker.slots?");
    }

    @Test
    void aFileThatIsNoHoconIsRefusedByName() throws IOException {
        Optional<Path> file = file("sheaf {");

        assertThatThrownBy(() -> Settings.read(file, Map.of(), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("sheaf.conf");
    }

    @Test
    void aNumberThatIsNoneOrOutOfBoundsIsRefusedByKeyAndValue() {
        for (String wrong : new String[] {"many", "-1", "65536"}) {
            assertThatThrownBy(() -> port(Optional.empty(), Map.of(), Map.of(PORT, wrong)))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining(PORT)
                    .hasMessageContaining("'" + wrong + "'");
        }
    }

    @Test
    void theTokenComesFromItsFileWhenNoneIsSetAndIsNeverShown() throws IOException {
        Path file = Files.createDirectory(folder.resolve(".sheaf")).resolve("token");
        Files.writeString(file, "hush\n");
        Settings found = Settings.read(Optional.empty(), Map.of(), Map.of());
        Settings set = Settings.read(Optional.empty(), Map.of("SHEAF_TOKEN", "other"), Map.of());

        assertThat(found.token()).isEqualTo("hush");
        assertThat(found.lines()).contains("sheaf.token = (set) (" + file + ")");
        assertThat(set.token()).isEqualTo("other");
        assertThat(set.lines()).noneMatch(line -> line.contains("other"));
    }

    @Test
    void theDataDirectoryIsMadeForThisUserOnly() throws IOException {
        Path made = Settings.read(Optional.empty(), Map.of("SHEAF_DATA_DIR", "~/deep/data"), Map.of())
                .dataDirectory();

        assertThat(made).isEqualTo(folder.resolve("deep").resolve("data"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
    }

    @Test
    void halfOfTlsIsRefused() throws IOException {
        String file = Files.createFile(folder.resolve("certificate.pem")).toString();

        assertThatThrownBy(() -> Settings.read(Optional.empty(), Map.of(), Map.of("sheaf.tls.certificate", file))
                        .tls())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("sheaf.tls.key");
    }

    @Test
    void theShippedFileNamesEverySettingWithItsDefault() throws IOException {
        Path shipped = Path.of("..", "conf", "sheaf.conf");
        Path opened = folder.resolve("opened.conf");
        Files.writeString(opened, Files.readString(shipped).replaceAll("(?m)^  # ", "  "));

        Settings defaults = Settings.read(Optional.empty(), Map.of(), Map.of());
        Settings all = Settings.read(Optional.of(opened), Map.of(), Map.of());

        assertThat(all.lines()).noneMatch(line -> line.endsWith("(default)"));
        assertThat(all.lines().stream().map(SettingsTest::withoutOrigin))
                .isEqualTo(defaults.lines().stream()
                        .map(SettingsTest::withoutOrigin)
                        .toList());
    }

    private static String withoutOrigin(String line) {
        return line.substring(0, line.lastIndexOf('('));
    }

    private static int port(Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
        return Settings.read(file, environment, flags).number(PORT, 0, 65_535);
    }

    private Optional<Path> file(String text) throws IOException {
        return Optional.of(Files.writeString(folder.resolve("sheaf.conf"), text));
    }
}
