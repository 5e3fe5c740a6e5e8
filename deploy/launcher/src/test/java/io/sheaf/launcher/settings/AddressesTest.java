package io.sheaf.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
        assertThat(only(Map.of(JOIN, "localhost"))).isEqualTo(new Addresses.Coordinator("127.0.0.1", 25_520));
    }

    @Test
    void aCoordinatorIsAHostAndPerhapsAPort() {
        assertThat(only(Map.of(JOIN, "127.0.0.1:7"))).isEqualTo(new Addresses.Coordinator("127.0.0.1", 7));
        assertThat(only(Map.of(JOIN, "[::1]:7"))).isEqualTo(new Addresses.Coordinator("0:0:0:0:0:0:0:1", 7));
        assertThat(only(Map.of(JOIN, "::1"))).isEqualTo(new Addresses.Coordinator("0:0:0:0:0:0:0:1", 25_520));
    }

    @Test
    void aPortThatIsNoneIsRefused() {
        for (String wrong : new String[] {"127.0.0.1:x", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:"}) {
            assertThatThrownBy(() -> only(Map.of(JOIN, wrong)))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("'" + wrong + "'");
        }
    }

    @Test
    void aWorkerOnLoopbackCannotJoinAnotherHostBecauseThatCouldNotAnswer() {
        assertThatThrownBy(() -> only(Map.of(JOIN, "192.0.2.1")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("--bind");
        assertThat(only(Map.of(JOIN, "192.0.2.1", BIND, "192.0.2.2")).host()).isEqualTo("192.0.2.1");
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

    @Test
    void aWorkerMayJoinWhicheverOfSeveralIsAtWork() {
        assertThat(Addresses.coordinators(settings(Map.of(JOIN, "127.0.0.1:7, localhost"))))
                .containsExactly(
                        new Addresses.Coordinator("127.0.0.1", 7), new Addresses.Coordinator("127.0.0.1", 25_520));
        assertThatThrownBy(() -> Addresses.coordinators(settings(Map.of(JOIN, "127.0.0.1:7,"))))
                .isInstanceOf(SettingsException.class);
    }

    private static Addresses.Coordinator only(Map<String, String> flags) {
        List<Addresses.Coordinator> all = Addresses.coordinators(settings(flags));
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static Settings settings(Map<String, String> flags) {
        return Settings.read(Optional.empty(), Map.of(), flags);
    }
}
