package io.sheaf.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReconnectionTest {
    @Test
    void theLimitIsReadInTheUnitsThatPeopleWrite() {
        assertThat(Reconnection.parse("X", "90s").limit()).isEqualTo(Duration.ofSeconds(90));
        assertThat(Reconnection.parse("X", "250ms").limit()).isEqualTo(Duration.ofMillis(250));
        assertThat(Reconnection.parse("X", "5m").limit()).isEqualTo(Duration.ofMinutes(5));
        assertThat(Reconnection.parse("X", "2h").limit()).isEqualTo(Duration.ofHours(2));
        assertThat(Reconnection.parse("X", " 7 ").limit()).isEqualTo(Duration.ofSeconds(7));
        assertThat(Reconnection.parse("X", "0").isOff()).isTrue();
        assertThat(Reconnection.parse("X", null)).isEqualTo(Reconnection.DEFAULT);
    }

    @Test
    void whatIsNoDurationIsNamedWithWhatToWrite() {
        assertThatThrownBy(() -> Reconnection.parse("SHEAF_RECONNECT", "soon"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SHEAF_RECONNECT is 'soon'")
                .hasMessageContaining("30s");
    }

    @Test
    void pausesGrowUpToTwoSecondsAndDifferAmongClients() {
        assertThat(Reconnection.pauseMillis(1, 0)).isEqualTo(100);
        assertThat(Reconnection.pauseMillis(3, 1)).isEqualTo(800);
        assertThat(Reconnection.pauseMillis(60, 1)).isEqualTo(2_000);
    }
}
