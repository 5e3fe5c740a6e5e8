package io.sheaf.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Contenders that take turns at a workload. */
final class Contest {
    private static final long WARM_NANOS = TimeUnit.SECONDS.toNanos(6);
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final int TRIES = 3;
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int QUIET_LOOKS = 16;

    private final Noise noise;
    private final Map<String, String> environment;
    private final Terms terms;

    /**
     * How it is done.
     *
     * @param rounds that count
     * @param warmUps rounds before those
     * @param noise the part of all processors that others may have in a round, from 0 to 1
     * @param drift how far a baseline may be from the same one later, as a part of it
     */
    record Terms(int rounds, int warmUps, double noise, double drift) {}

    /**
     * What came of it for one contender.
     *
     * @param figures what it reached; none when it failed
     * @param trouble why it failed, or why it cannot be compared; empty when all went well
     */
    record Result(Contender contender, List<Figures> figures, String trouble) {
        Result {
            figures = List.copyOf(figures);
        }

        boolean isComparable() {
            return trouble.isEmpty();
        }
    }

    Contest(Noise noise, Map<String, String> environment, Terms terms) {
        this.noise = noise;
        this.environment = environment;
        this.terms = terms;
    }

    /** What one contender has done so far. */
    private static final class Turn {
        final Contender contender;
        final Contestant contestant;
        final List<Answer> answers = new ArrayList<>();
        double before;
        double after;
        int disturbed;
        String trouble = "";

        Turn(Contender contender, Contestant contestant) {
            this.contender = contender;
            this.contestant = contestant;
        }
    }

    /** Runs all rounds; who fails drops out. */
    List<Result> run(Workload workload, List<Contender> contenders) {
        Map<Contender, Result> results = new LinkedHashMap<>();
        List<Turn> turns = new ArrayList<>();
        for (Contender contender : contenders) {
            try {
                turns.add(new Turn(contender, Contestant.start(contender, environment)));
            } catch (IOException e) {
                results.put(contender, new Result(contender, List.of(), String.valueOf(e.getMessage())));
            }
        }
        try {
            takeTurns(workload, turns);
        } finally {
            turns.forEach(turn -> turn.contestant.close());
        }
        turns.forEach(turn -> results.put(turn.contender, result(workload, turn)));
        return List.copyOf(results.values());
    }

    private void takeTurns(Workload workload, List<Turn> turns) {
        each(
                turns,
                turn -> turn.before =
                        workload.needsBaseline() ? turn.contestant.baseline().seconds() : 0);
        each(turns, this::warmUp);
        for (int i = 0; i < terms.rounds; i++) {
            each(turns, this::round);
        }
        each(
                turns,
                turn -> turn.after =
                        workload.needsBaseline() ? turn.contestant.baseline().seconds() : 0);
    }

    /** By rounds for what is slow, by time for what has many rounds in a second, of which JVMs take a few to be at their best. */
    private void warmUp(Turn turn) throws IOException {
        long until = System.nanoTime() + WARM_NANOS;
        for (int i = 0; i < terms.warmUps || (turn.contender.stays() && System.nanoTime() - until < 0); i++) {
            turn.contestant.run();
        }
    }

    private interface Step {
        void take(Turn turn) throws IOException;
    }

    private static void each(List<Turn> turns, Step step) {
        for (Turn turn : turns) {
            if (turn.trouble.isEmpty()) {
                try {
                    step.take(turn);
                } catch (IOException | IllegalArgumentException e) {
                    turn.trouble = String.valueOf(e.getMessage());
                }
            }
        }
    }

    /** One that others have disturbed is repeated; when all were, the least disturbed one is kept, and counted. */
    private void round(Turn turn) throws IOException {
        double least = Double.MAX_VALUE;
        Answer kept = null;
        for (int i = 0; i < TRIES && least > terms.noise; i++) {
            awaitQuiet();
            Noise.Reading from = noise.read();
            Answer answer = turn.contestant.run();
            double share = noise.read().shareSince(from, PROCESSORS);
            if (share < least) {
                least = share;
                kept = answer;
            }
        }
        if (kept != null) {
            turn.answers.add(kept);
            turn.disturbed += least > terms.noise ? 1 : 0;
        }
    }

    private void awaitQuiet() throws IOException {
        for (int i = 0; i < QUIET_LOOKS; i++) {
            Noise.Reading from = noise.read();
            LockSupport.parkNanos(QUIET_NANOS);
            if (noise.read().shareSince(from, PROCESSORS) <= terms.noise) {
                return;
            }
        }
    }

    private Result result(Workload workload, Turn turn) {
        if (turn.answers.isEmpty()) {
            return new Result(turn.contender, List.of(), turn.trouble);
        }
        double baseline = (turn.before + turn.after) / 2;
        String trouble = turn.trouble;
        if (turn.disturbed * 2 > terms.rounds) {
            trouble = "others had more than " + Math.round(terms.noise * 100) + " % of the processors in "
                    + turn.disturbed + " of " + terms.rounds + " rounds";
        } else if (Math.abs(turn.after - turn.before) > terms.drift * baseline) {
            trouble = String.format("its baseline drifted, from %.2f s to %.2f s", turn.before, turn.after);
        }
        return new Result(turn.contender, Figures.of(workload, turn.answers, baseline), trouble);
    }
}
