package io.sheaf.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A coordinator and workers of one slot each, as users start them, on ports that nobody else had a moment ago. */
public final class LoopbackCluster implements AutoCloseable {
    private final Path home;
    private final Map<String, String> settings = new TreeMap<>();
    private final List<Process> processes = new ArrayList<>();
    private final String url;

    private LoopbackCluster(Path home, Path data, List<Integer> ports) {
        this.home = home;
        this.url = "http://127.0.0.1:" + ports.get(0);
        settings.put("SHEAF_DATA_DIR", data.toString());
        settings.put("SHEAF_CLUSTER", url);
        settings.put("SHEAF_COORDINATOR_HTTP_PORT", ports.get(0).toString());
        settings.put("SHEAF_COORDINATOR_SESSION_PORT", ports.get(1).toString());
        settings.put("SHEAF_COORDINATOR_AKKA_PORT", ports.get(2).toString());
        settings.put("SHEAF_WORKER_JOIN", "127.0.0.1:" + ports.get(2));
    }

    /**
     * One whose workers have joined.
     *
     * @param home an unpacked distribution
     * @param environment of its processes, beside this one's
     */
    public static LoopbackCluster start(Path home, Map<String, String> environment) throws IOException {
        return start(home, Workload.WORKERS, environment);
    }

    /** The same with so many workers. */
    public static LoopbackCluster start(Path home, int count, Map<String, String> environment) throws IOException {
        LoopbackCluster cluster = new LoopbackCluster(home, Files.createTempDirectory("sheaf-benchmark"), freePorts());
        cluster.settings.putAll(environment);
        // Also when a measurement is interrupted.
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
        try {
            Process coordinator = cluster.launch("coordinator");
            List<Process> workers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                workers.add(cluster.launch("worker", "--slots", "1"));
            }
            cluster.await(coordinator, "Coordinator ready");
            for (Process worker : workers) {
                cluster.await(worker, "Registered");
            }
            return cluster;
        } catch (IOException e) {
            cluster.close();
            throw e;
        }
    }

    private static List<Integer> freePorts() throws IOException {
        List<Integer> ports = new ArrayList<>();
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        return ports;
    }

    private Process launch(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/sheaf").toString()));
        Collections.addAll(command, arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(settings);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private void await(Process process, String text) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.contains(text)) {
                Thread reader = new Thread(() -> readToTheEnd(out), "cluster-output");
                reader.setDaemon(true);
                reader.start();
                return;
            }
            said.append(line).append('\n');
        }
        throw new IOException("The cluster did not start:\n" + said);
    }

    private static void readToTheEnd(BufferedReader out) {
        try {
            while (out.readLine() != null) {
                // Nobody wants to know, but it must not wait for a reader.
            }
        } catch (IOException e) {
            // It was closed with the process.
        }
    }

    /** Kills the coordinator and starts it again; returns when it is ready. */
    public void restartCoordinator() throws IOException {
        Process coordinator = processes.remove(0);
        coordinator.destroyForcibly();
        coordinator.onExit().join();
        Process next = launch("coordinator");
        processes.remove(next);
        processes.add(0, next);
        await(next, "Coordinator ready");
    }

    /** What a command of the command line says last. */
    public String say(String... arguments) throws IOException {
        Process process = launch(arguments);
        processes.remove(process);
        String last = "";
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                last = line;
            }
        }
        int exit = process.onExit().join().exitValue();
        if (exit != 0) {
            throw new IOException("sheaf " + String.join(" ", arguments) + " ended with " + exit + ": " + last);
        }
        return last;
    }

    /** Where programs reach it. */
    public String url() {
        return url;
    }

    @Override
    public void close() {
        Collections.reverse(processes);
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(15, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
