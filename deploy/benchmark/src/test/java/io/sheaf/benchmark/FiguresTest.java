package io.sheaf.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.benchmark.Contender.Role;
import io.sheaf.benchmark.Contest.Result;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private static Answer seconds(double seconds) {
        return new Answer(Map.of("seconds", seconds));
    }

    private static Result result(Role role, String trouble, Double... values) {
        Contender contender = Contender.staying(role.name(), role, List.of("true"), Map.of());
        return new Result(contender, List.of(new Figures("items/s", true, List.of(values))), trouble);
    }

    @Test
    void theMedianIsTheMiddleOneOrBetweenTheTwo() {
        assertThat(new Figures("x", true, List.of(9.0, 1.0, 4.0)).median()).isEqualTo(4);
        assertThat(new Figures("x", true, List.of(9.0, 1.0, 4.0, 2.0)).median()).isEqualTo(3);
        assertThatThrownBy(() -> new Figures("x", true, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void eachMeasureIsMadeOfWhatARoundSays() {
        List<Answer> rounds = List.of(seconds(0.5), seconds(2));
        assertThat(Figures.of(Workload.MAP, rounds, 0).get(0).values()).containsExactly(2e6, 5e5);
        assertThat(Figures.of(Workload.COMPUTE, rounds, 4).get(0).values()).containsExactly(8.0, 2.0);
        assertThat(Figures.of(Workload.SKEW, rounds, 4).get(0).values()).containsExactly(0.25, 1.0);
        assertThat(Figures.of(Workload.START, rounds, 0).get(0).values()).containsExactly(0.5, 2.0);
        List<Figures> latency = Figures.of(Workload.LATENCY, List.of(Answer.parse("p50 120.5 p99 900")), 0);
        assertThat(latency).extracting(Figures::values).containsExactly(List.of(120.5), List.of(900.0));
    }

    @Test
    void aRatioIsRoundAgainstRoundAndSaysHowManyTimesAsGood() {
        Figures fast = new Figures("items/s", true, List.of(30.0, 40.0));
        Figures slow = new Figures("items/s", true, List.of(10.0, 20.0));
        assertThat(fast.over(slow).values()).containsExactly(3.0, 2.0);
        Figures brief = new Figures("s", false, List.of(1.0, 2.0));
        Figures lengthy = new Figures("s", false, List.of(4.0, 4.0));
        assertThat(brief.over(lengthy).values()).containsExactly(4.0, 2.0);
    }

    @Test
    void whatWasDisturbedIsNotCompared() {
        Result ours = result(Role.PROCESSES, "", 30.0, 40.0);
        Result theirs = result(Role.PEER, "", 10.0, 20.0);
        Result disturbed = result(Role.PEER, "others had more", 10.0, 20.0);
        assertThat(Table.ratio(Optional.of(ours), theirs, 0).map(Figures::median))
                .contains(2.5);
        assertThat(Table.ratio(Optional.of(ours), disturbed, 0)).isEmpty();
        assertThat(Table.ratio(Optional.of(ours), ours, 0)).isEmpty();
        List<String> lines = Table.lines(Workload.MAP, List.of(ours, theirs, disturbed));
        assertThat(lines.get(1)).contains("W1", "PEER", "15.0", "2.50 [2.00 3.00]");
        assertThat(lines.get(2)).contains("others had more").doesNotContain("2.50");
    }

    @Test
    void whoFailedIsSaidToHave() {
        Contender gone = Contender.staying("gone", Role.PEER, List.of("true"), Map.of());
        List<String> lines = Table.lines(Workload.MAP, List.of(new Result(gone, List.of(), "it has ended")));
        assertThat(lines).hasSize(1).allMatch(line -> line.contains("gone") && line.endsWith("it has ended"));
    }
}
