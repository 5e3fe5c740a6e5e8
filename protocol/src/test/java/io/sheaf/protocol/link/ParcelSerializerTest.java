package io.sheaf.protocol.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.protocol.wire.Bytes;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParcelSerializerTest {
    private final ParcelSerializer serializer = new ParcelSerializer();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 3000, 64 << 10})
    void aParcelArrivesAsItWasSent(int length) {
        byte[] content = new byte[length + 2];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31);
        }
        LinkMessage.Parcel parcel = new LinkMessage.Parcel("rack-7", 1L << 40, Bytes.wrap(content, 1, length));
        byte[] array = serializer.toBinary(parcel);
        ByteBuffer buffer = ByteBuffer.allocateDirect(array.length + 10);
        serializer.toBinary(parcel, buffer);
        buffer.flip();

        assertThat(buffer.remaining()).isEqualTo(array.length);
        assertThat(serializer.fromBinary(buffer, "")).isEqualTo(parcel);
        assertThat(buffer.hasRemaining()).isFalse();
        assertThat(serializer.fromBinary(array)).isEqualTo(parcel);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void whatIsNoParcelIsRefused(int length) {
        assertThatThrownBy(() -> serializer.fromBinary(new byte[length]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a parcel");
    }
}
