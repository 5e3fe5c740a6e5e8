package io.sheaf.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AddressesTest {
    private static final String JOIN = "sheaf.worker.join";
    private static final String WORKER = "sheaf.worker";
    private static final String BIND = "sheaf.worker.bind";
    private static final String ADVERTISE = "sheaf.worker.advertise";

    @Test
    void bothSidesSpellAnAddressAlikeHoweverItIsWritten() {
        assertThat(Addresses.own(WORKER, settings(Map.of(BIND, "localhost"))))
                .isEqualTo(new Addresses.Own("127.0.0.1", "127.0.0.1"));
        assertThat(Addresses.coordinator(settings(Map.of(JOIN, "localhost"))))
                .isEqualTo(new Addresses.Coordinator("127.0.0.1", 25_520));
    }

    @Test
    void aCoordinatorIsAHostAndPerhapsAPort() {
        assertThat(Addresses.coordinator(settings(Map.of(JOIN, "127.0.0.1:7"))))
                .isEqualTo(new Addresses.Coordinator("127.0.0.1", 7));
        assertThat(Addresses.coordinator(settings(Map.of(JOIN, "[::1]:7"))))
                .isEqualTo(new Addresses.Coordinator("0:0:0:0:0:0:0:1", 7));
        assertThat(Addresses.coordinator(settings(Map.of(JOIN, "::1"))))
                .isEqualTo(new Addresses.Coordinator("0:0:0:0:0:0:0:1", 25_520));
    }

    @Test
    void aPortThatIsNoneIsRefused() {
        for (String wrong : new String[] {"127.0.0.1:x", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:"}) {
            assertThatThrownBy(() -> Addresses.coordinator(settings(Map.of(JOIN, wrong))))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("'" + wrong + "'");
        }
    }

    @Test
    void aWorkerOnLoopbackCannotJoinAnotherHostBecauseThatCouldNotAnswer() {
        assertThatThrownBy(() -> Addresses.coordinator(settings(Map.of(JOIN, "192.0.2.1"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("--bind");
        assertThat(Addresses.coordinator(settings(Map.of(JOIN, "192.0.2.1", BIND, "192.0.2.2")))
                        .host())
                .isEqualTo("192.0.2.1");
    }

    @Test
    void noOtherProcessCanReachAWildcard() {
        assertThatThrownBy(() -> Addresses.own(WORKER, settings(Map.of(BIND, "0.0.0.0"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("--advertise");
        assertThatThrownBy(() -> Addresses.own(WORKER, settings(Map.of(BIND, "192.0.2.1", ADVERTISE, "0.0.0.0"))))
                .isInstanceOf(SettingsException.class);
    }

    @Test
    void aProcessMayListenEverywhereAndBeReachedByOneAddress() {
        assertThat(Addresses.own(WORKER, settings(Map.of(BIND, "0.0.0.0", ADVERTISE, "192.0.2.1"))))
                .isEqualTo(new Addresses.Own("0.0.0.0", "192.0.2.1"));
    }

    @Test
    void aNameThatMeansLoopbackHereIsNotToldToOtherHosts() {
        assertThatThrownBy(() -> Addresses.own(WORKER, settings(Map.of(BIND, "0.0.0.0", ADVERTISE, "localhost"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("write the number");
    }

    private static Settings settings(Map<String, String> flags) {
        return Settings.read(Optional.empty(), Map.of(), flags);
    }
}
