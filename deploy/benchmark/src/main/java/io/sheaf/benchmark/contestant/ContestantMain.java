package io.sheaf.benchmark.contestant;

import io.sheaf.benchmark.LoopbackCluster;
import io.sheaf.benchmark.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs one workload on one back end as often as its standard input says {@code run}, and answers each with a line of names
 * and numbers. {@code baseline} asks for the same work without Sheaf. It ends with its input. A start is one round, unasked.
 */
public final class ContestantMain {
    private ContestantMain() {}

    /** Takes the back end ({@code threads}, {@code processes}, {@code fresh-cluster}, or a cluster's address), and the workload. */
    public static void main(String[] arguments) throws IOException {
        Workload workload = Workload.valueOf(arguments[1]);
        if (arguments[0].equals("fresh-cluster")) {
            Path home = Path.of(System.getenv("SHEAF_HOME"));
            try (LoopbackCluster cluster = LoopbackCluster.start(home, Map.of())) {
                main(new String[] {cluster.url(), arguments[1]});
            }
            return;
        }
        run(SheafBackEnd.open(arguments[0]), workload);
    }

    /** Runs the workload on that back end, as standard input says, and closes it. */
    public static void run(BackEnd backEnd, Workload workload) throws IOException {
        try (backEnd) {
            Rounds rounds = new Rounds(backEnd, workload);
            if (workload == Workload.START) {
                System.out.println(rounds.run());
            } else {
                System.out.println("ready");
                serve(rounds);
            }
        }
    }

    private static void serve(Rounds rounds) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(line.equals("baseline") ? rounds.baseline() : rounds.run());
        }
    }
}
