package io.sheaf.builtins;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.RemoteFunction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogueTest {

    private static Properties catalogue() throws IOException {
        Properties names = new Properties();
        try (InputStream in = CatalogueTest.class.getResourceAsStream("/META-INF/sheaf/builtins.properties")) {
            names.load(in);
        }
        return names;
    }

    static Stream<String> classNames() throws IOException {
        return catalogue().values().stream().map(String.class::cast);
    }

    private static ParameterizedType functionType(Class<?> type) {
        assertThat(type.getGenericInterfaces()).hasSize(1);
        ParameterizedType function = (ParameterizedType) type.getGenericInterfaces()[0];
        assertThat(function.getRawType()).isEqualTo(RemoteFunction.class);
        return function;
    }

    @Test
    void theFourFunctionsOfTheContractAreThereWithTheirItemTypes() throws Exception {
        Map<String, Type> expected =
                Map.of("csv-summary", Path.class, "fetch", URI.class, "word-count", Path.class, "primes", Long.class);
        Properties names = catalogue();
        assertThat(names.stringPropertyNames()).isEqualTo(expected.keySet());
        for (String name : names.stringPropertyNames()) {
            Class<?> type = Class.forName(names.getProperty(name));
            assertThat(functionType(type).getActualTypeArguments()[0]).as(name).isEqualTo(expected.get(name));
        }
    }

    @ParameterizedTest
    @MethodSource("classNames")
    void eachIsAPublicFunctionThatNeedsNoArgumentsAndTravels(String className) throws Exception {
        Class<?> type = Class.forName(className);
        assertThat(Modifier.isPublic(type.getModifiers())).isTrue();
        Object function = type.getConstructor().newInstance();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(function);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isInstanceOf(type);
        }
    }

    @ParameterizedTest
    @MethodSource("classNames")
    void eachGivesANumberOrAPublicRecordThatTravels(String className) throws Exception {
        Class<?> result = (Class<?>) functionType(Class.forName(className)).getActualTypeArguments()[1];
        if (result.isRecord()) {
            assertThat(Modifier.isPublic(result.getModifiers())).isTrue();
            assertThat(result).isAssignableTo(Serializable.class);
        } else {
            assertThat(result).isEqualTo(Long.class);
        }
    }
}
