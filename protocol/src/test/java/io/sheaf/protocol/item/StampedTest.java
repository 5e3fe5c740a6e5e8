package io.sheaf.protocol.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StampedTest {
    @Test
    void whatTravelsIsReadAsItWasWritten() {
        Stamped stamped = new Stamped(1_700_000_000_123L, 42, "a worker", "1 2\n3\n");
        assertThat(Stamped.parse(stamped.written())).isEqualTo(stamped);
        Stamped empty = new Stamped(1, 2, "", "");
        assertThat(Stamped.parse(empty.written())).isEqualTo(empty);
    }

    @Test
    void aTextWithoutStampIsRefused() {
        assertThatThrownBy(() -> Stamped.parse("1 2 w")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Stamped.parse("1 2\nw")).isInstanceOf(IllegalArgumentException.class);
    }
}
