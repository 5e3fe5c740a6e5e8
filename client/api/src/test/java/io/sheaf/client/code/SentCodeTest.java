package io.sheaf.client.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.RemoteFunction;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentCodeTest {
    /** Loaded a second time by a loader that nobody else knows. */
    public static final class Strange implements RemoteFunction<String, String> {
        private static final long serialVersionUID = 1;

        @Override
        public String apply(String item) {
            return item;
        }
    }

    /** Gives the classes of one package other names, as a generator does. */
    private static final class Generator extends ClassLoader {
        Generator() {
            super(SentCodeTest.class.getClassLoader());
        }

        /** The class as if a generator had written it: under a name that no file has. */
        Class<?> make() throws IOException {
            String name = Strange.class.getName();
            try (InputStream in =
                    SentCodeTest.class.getClassLoader().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = in.readAllBytes();
                byte[] from = "SentCodeTest$Strange".getBytes(java.nio.charset.StandardCharsets.UTF_8);
                byte[] to = "SentCodeTest$Stranga".getBytes(java.nio.charset.StandardCharsets.UTF_8);
                for (int i = 0; i + from.length <= code.length; i++) {
                    if (java.util.Arrays.equals(code, i, i + from.length, from, 0, from.length)) {
                        System.arraycopy(to, 0, code, i, to.length);
                    }
                }
                return defineClass(null, code, 0, code.length);
            }
        }
    }

    @Test
    void whatIsOnTheClassPathIsSent() throws IOException {
        RemoteFunction<List<String>, Integer> size = List::size;
        String captured = "x";
        RemoteFunction<String, String> closure = item -> item + captured;

        assertThat(SentCode.write(size).length()).isPositive();
        assertThat(SentCode.write(closure).length()).isPositive();
        assertThat(SentCode.write(new Strange()).length()).isPositive();
        assertThat(SentCode.write(new ArrayList<>(List.of(new Strange[2][1], new int[1])))
                        .length())
                .isPositive();
        SentCode.check(closure.getClass());
    }

    @Test
    void aClassThatWasMadeAtRunTimeIsNamedAtTheCall() throws Exception {
        Object strange = new Generator().make().getConstructor().newInstance();

        assertThatThrownBy(() -> SentCode.write(strange))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Stranga")
                .hasMessageContaining("made at run time")
                .hasMessageContaining("class path");
        assertThatThrownBy(() -> SentCode.check(strange.getClass())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCapturedObjectOfSuchAClassIsNamedToo() throws Exception {
        Object strange = new Generator().make().getConstructor().newInstance();
        RemoteFunction<String, String> closure = item -> item + strange;

        assertThatThrownBy(() -> SentCode.write(closure))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Stranga");
    }

    @Test
    void aProxyOfKnownInterfacesIsNoStranger() throws IOException {
        Object proxy = Proxy.newProxyInstance(
                SentCodeTest.class.getClassLoader(),
                new Class<?>[] {RemoteFunction.class},
                (java.lang.reflect.InvocationHandler & Serializable) (self, method, arguments) -> "x");

        assertThat(SentCode.write(proxy).length()).isPositive();
    }
}
