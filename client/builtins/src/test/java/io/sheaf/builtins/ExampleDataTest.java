package io.sheaf.builtins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sheaf.builtins.CsvSummary.Column;
import io.sheaf.builtins.CsvSummary.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected values are those of Python's csv and statistics modules on the same files. */
class ExampleDataTest {

    private static Summary summary(String name) throws IOException {
        return new CsvSummary().apply(Path.of("..", "..", "examples", "data", name));
    }

    @ParameterizedTest
    @CsvSource({
        "customers.csv, 12, text text text text text text number",
        "ledger.csv, 60, integer text integer text number number",
        "orders.csv, 80, integer text text text integer number number text",
        "sensors.csv, 96, text text number integer number number number empty",
        "stations.csv, 8, text text number number integer"
    })
    void everyFileIsATableOfItsColumns(String name, long rows, String types) throws IOException {
        Summary summary = summary(name);
        assertThat(summary.rows()).isEqualTo(rows);
        assertThat(summary.perColumn().stream().map(Column::type).collect(Collectors.joining(" ")))
                .isEqualTo(types);
    }

    @ParameterizedTest
    @CsvSource({
        "customers.csv, spent, 2, 12.5, 18250, 2807.989, 5566.771481586971",
        "ledger.csv, amount_eur, 0, -4380.68, 3999.01, -682.4758333333334, 2577.677741020033",
        "ledger.csv, balance_eur, 0, 1198277.3, 1256778.58, 1228614.5338333333, 21258.781605537435",
        "orders.csv, discount, 44, 0.05, 0.1, 0.0763888888888889, 0.025315469892400102",
        "orders.csv, quantity, 0, 1, 12, 3.6, 3.2553753016250493",
        "sensors.csv, temperature_c, 17, -5.4, 15.1, 3.3063291139240505, 5.936897700024127",
        "sensors.csv, particles_per_m3, 64, 213500, 87810000, 20641743.75, 28074619.425461065",
        "stations.csv, elevation_m, 0, -59, 2835, 429.25, 991.2750447205428"
    })
    void figuresAreThoseOfAnotherProgram(
            String name, String columnName, long empty, double min, double max, double mean, double deviation)
            throws IOException {
        Column column = summary(name).perColumn().stream()
                .filter(each -> each.name().equals(columnName))
                .findFirst()
                .orElseThrow();
        assertThat(column.empty()).isEqualTo(empty);
        assertThat(column.min()).isEqualTo(min);
        assertThat(column.max()).isEqualTo(max);
        assertThat(column.mean()).isCloseTo(mean, within(Math.abs(mean) * 1e-13));
        assertThat(column.standardDeviation()).isCloseTo(deviation, within(deviation * 1e-13));
    }

    @Test
    void aByteOrderMarkStaysOutOfTheName() throws IOException {
        assertThat(summary("customers.csv").perColumn().get(0).name()).isEqualTo("customer_id");
    }
}
