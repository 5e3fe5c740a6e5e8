package io.sheaf.benchmark.peers;

import io.sheaf.benchmark.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes that run a peer's tasks, with the options of this one. */
final class Workers implements AutoCloseable {
    /** How many threads run tasks in each, as a system property. */
    static final String THREADS = "peers.threads";

    private final List<Process> processes = new ArrayList<>();

    private Workers() {}

    /** Returns when all are at work. */
    static Workers start(String peer, int threads) throws IOException {
        Workers workers = new Workers();
        // Whoever ends this process ends them.
        Runtime.getRuntime().addShutdownHook(new Thread(workers::close));
        for (int i = 0; i < Workload.WORKERS; i++) {
            workers.launch(peer, threads);
        }
        for (Process process : workers.processes) {
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            String line = out.readLine();
            while (line != null && !line.equals("at work")) {
                line = out.readLine();
            }
            if (line == null) {
                workers.close();
                throw new IOException("A worker of " + peer + " has ended before it was at work");
            }
        }
        return workers;
    }

    private void launch(String peer, int threads) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-D" + THREADS + "=" + threads);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(PeerMain.class.getName());
        command.add(peer);
        command.add("worker");
        processes.add(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
