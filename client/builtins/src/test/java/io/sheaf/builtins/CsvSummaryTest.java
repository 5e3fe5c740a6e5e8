package io.sheaf.builtins;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sheaf.builtins.CsvSummary.Column;
import io.sheaf.builtins.CsvSummary.Summary;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvSummaryTest {

    @TempDir
    Path directory;

    private Summary summary(String csv) throws IOException {
        Path file = directory.resolve("data.csv");
        Files.write(file, csv.getBytes(UTF_8));
        return new CsvSummary().apply(file);
    }

    private static Column text(String name, long empty) {
        return new Column(name, "text", empty, null, null, null, null);
    }

    @Test
    void everyColumnHasItsTypeItsGapsAndItsFigures() throws IOException {
        Summary summary = summary("id,city,price,spare\n1,Oslo,2.5,\n2,,,\n3,Rome,-1.5,\n6,Lima,8,\n");
        assertThat(summary.file()).isEqualTo(directory.resolve("data.csv").toString());
        assertThat(summary.rows()).isEqualTo(4);
        assertThat(summary.columns()).isEqualTo(4);
        // id: mean 12/4; squares 4+1+0+9 = 14. price: mean 9/3; squares 0.25+20.25+25 = 45.5.
        assertThat(summary.perColumn())
                .containsExactly(
                        new Column("id", "integer", 0, 1.0, 6.0, 3.0, Math.sqrt(14.0 / 3)),
                        text("city", 1),
                        new Column("price", "number", 1, -1.5, 8.0, 3.0, Math.sqrt(45.5 / 2)),
                        new Column("spare", "empty", 4, null, null, null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void lineEndingsMakeNoDifferenceNorDoesALackOfTheLastOne(String end) throws IOException {
        String csv = "a,b\n1,x\n2,y".replace("\n", end);
        List<Column> expected = List.of(new Column("a", "integer", 0, 1.0, 2.0, 1.5, Math.sqrt(0.5)), text("b", 0));
        assertThat(summary(csv).perColumn()).isEqualTo(expected);
        assertThat(summary(csv + end).perColumn()).isEqualTo(expected);
        assertThat(summary(csv + end).rows()).isEqualTo(2);
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstName() throws IOException {
        assertThat(summary("\uFEFFid,n\n1,2\n").perColumn())
                .extracting(Column::name)
                .containsExactly("id", "n");
        assertThat(summary("\uFEFF\"id, too\",n\n1,2\n").perColumn())
                .extracting(Column::name)
                .containsExactly("id, too", "n");
    }

    @Test
    void quotedFieldsHoldCommasQuotesAndLineBreaks() throws IOException {
        Summary summary = summary("\"a \"\"b\"\"\",\"two\r\nlines\"\n\"1\",\"x,\ny\"\n\"2\",\"\"\"\"\n\"3\",\"\"\n");
        assertThat(summary.rows()).isEqualTo(3);
        assertThat(summary.perColumn())
                .containsExactly(new Column("a \"b\"", "integer", 0, 1.0, 3.0, 2.0, 1.0), text("two\r\nlines", 1));
    }

    @Test
    void namesMayBeOfAnyScriptEmptyOrUsedTwice() throws IOException {
        assertThat(summary("größe,都市,,x,x,\uD83C\uDF3B\n1,2,3,4,5,6\n").perColumn())
                .extracting(Column::name)
                .containsExactly("größe", "都市", "", "x", "x", "\uD83C\uDF3B");
    }

    @Test
    void blankLinesAreNoRows() throws IOException {
        Summary summary = summary("\n\na\n1\n\n2\n\n\n");
        assertThat(summary.rows()).isEqualTo(2);
        assertThat(summary.perColumn()).containsExactly(new Column("a", "integer", 0, 1.0, 2.0, 1.5, Math.sqrt(0.5)));
    }

    @Test
    void aHeaderAloneIsATableWithoutRows() throws IOException {
        Summary summary = summary("a,b");
        assertThat(summary.rows()).isZero();
        assertThat(summary.perColumn()).extracting(Column::type).containsExactly("empty", "empty");
    }

    @Test
    void oneValueHasNoDeviationAndEqualOnesHaveNone() throws IOException {
        assertThat(summary("a,b\n7,4\n,4\n").perColumn())
                .containsExactly(
                        new Column("a", "integer", 1, 7.0, 7.0, 7.0, null),
                        new Column("b", "integer", 0, 4.0, 4.0, 4.0, 0.0));
    }

    @Test
    void oneTextMakesATextColumnWhereverItStands() throws IOException {
        assertThat(summary("a,b,c\nx,1,1\n2,x,2\n3,3,n/a\n").perColumn())
                .containsExactly(text("a", 0), text("b", 0), text("c", 0));
    }

    @Test
    void aLargeMeanDoesNotSwallowASmallDeviation() throws IOException {
        // Deviations -1, 0, 1 around 10^9: sum of squares by the school formula would be lost in rounding.
        Column column =
                summary("a\n999999999\n1000000000\n1000000001\n").perColumn().get(0);
        assertThat(column.mean()).isEqualTo(1e9);
        assertThat(column.standardDeviation()).isEqualTo(1.0);
    }

    @Test
    void whatOverflowsADoubleIsLeftOut() throws IOException {
        Column column = summary("a\n1e308\n-1e308\n1e308\n").perColumn().get(0);
        assertThat(column.min()).isEqualTo(-1e308);
        assertThat(column.max()).isEqualTo(1e308);
        assertThat(column.standardDeviation()).isNull();
    }

    @Test
    void figuresOfManyRowsAgreeWithExactArithmetic() throws IOException {
        Random random = new Random(5);
        List<BigDecimal> values = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            values.add(BigDecimal.valueOf(random.nextInt(2_000_000) - 500_000, 2));
        }
        Column column = summary(
                        values.stream().map(BigDecimal::toPlainString).collect(Collectors.joining("\n", "v\n", "\n")))
                .perColumn()
                .get(0);
        BigDecimal count = BigDecimal.valueOf(values.size());
        BigDecimal mean =
                values.stream().reduce(BigDecimal.ZERO, BigDecimal::add).divide(count, MathContext.DECIMAL128);
        BigDecimal squares =
                values.stream().map(value -> value.subtract(mean).pow(2)).reduce(BigDecimal.ZERO, BigDecimal::add);
        double deviation = squares.divide(count.subtract(BigDecimal.ONE), MathContext.DECIMAL128)
                .sqrt(MathContext.DECIMAL128)
                .doubleValue();
        assertThat(column.type()).isEqualTo("number");
        assertThat(column.min())
                .isEqualTo(
                        values.stream().min(BigDecimal::compareTo).orElseThrow().doubleValue());
        assertThat(column.max())
                .isEqualTo(
                        values.stream().max(BigDecimal::compareTo).orElseThrow().doubleValue());
        assertThat(column.mean()).isCloseTo(mean.doubleValue(), within(1e-10));
        assertThat(column.standardDeviation()).isCloseTo(deviation, within(1e-9));
    }

    @Test
    void aFieldLongerThanAnyBufferIsRead() throws IOException {
        String field = "long, ".repeat(200_000);
        Summary summary = summary("a,b\n\"" + field + "\",1\nx,2\n");
        assertThat(summary.rows()).isEqualTo(2);
        assertThat(summary.perColumn().get(1).max()).isEqualTo(2.0);
    }

    @Test
    void aSummarySurvivesSerialization() throws Exception {
        Summary summary = summary("a,b\n1,x\n2.5,\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(summary);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(summary);
        }
    }
}
