package io.sheaf.benchmark;

import io.sheaf.benchmark.Contender.Role;
import io.sheaf.benchmark.contestant.ContestantMain;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Who takes part in what: Sheaf's back ends, and what is installed here of the others. */
final class Field {
    private final Path home;
    private final Path python;
    private final Optional<JavaPeers> java;
    private final String cluster;
    private final boolean hasJoblib;
    private final boolean hasDask;
    private final boolean hasPython;

    /**
     * What is there.
     *
     * @param home an unpacked distribution
     * @param python the program of the Python contestants
     * @param java peers in Java
     * @param cluster the address of a cluster for all workloads but the start
     */
    Field(Path home, Path python, Optional<JavaPeers> java, String cluster) {
        this.home = home;
        this.python = python;
        this.java = java;
        this.cluster = cluster;
        this.hasPython = works("/usr/bin/python3", "-c", "pass");
        this.hasJoblib = works("/usr/bin/python3", "-c", "import joblib");
        this.hasDask = works("/usr/bin/python3", "-c", "import distributed");
    }

    List<Contender> of(Workload workload) {
        List<Contender> all = switch (workload) {
            case COMMANDS -> commands();
            case START -> starts();
            default -> programs(workload);
        };
        java.ifPresent(peers -> all.addAll(peers.of(workload, javaBounds())));
        return all;
    }

    private List<Contender> programs(Workload workload) {
        List<Contender> all = new ArrayList<>();
        all.add(sheaf("Sheaf threads", Role.THREADS, "threads", workload));
        all.add(sheaf("Sheaf processes", Role.PROCESSES, "processes", workload));
        all.add(sheaf("Sheaf cluster", Role.CLUSTER, cluster, workload));
        if (hasPython && workload == Workload.FETCH) {
            all.add(python("64 Python threads", "threads64", workload));
        } else if (hasPython) {
            all.add(python("multiprocessing.Pool", "pool", workload));
        }
        boolean brief = workload != Workload.FETCH && workload != Workload.QUEUE;
        if (hasPython && brief) {
            all.add(python("ProcessPoolExecutor", "futures", workload));
        }
        if (hasJoblib && brief) {
            all.add(python("joblib", "joblib", workload));
        }
        if (hasDask && brief) {
            all.add(python("Dask", "dask", workload));
        }
        return all;
    }

    private List<Contender> starts() {
        List<Contender> all = new ArrayList<>();
        all.add(fresh("Sheaf processes", Role.PROCESSES, "processes"));
        all.add(fresh("Sheaf cluster", Role.CLUSTER, "fresh-cluster"));
        if (hasPython) {
            all.add(Contender.fresh("multiprocessing.Pool", Role.PEER, pythonCommand("pool", Workload.START)));
        }
        if (hasJoblib) {
            all.add(Contender.fresh("joblib", Role.PEER, pythonCommand("joblib", Workload.START)));
        }
        if (hasDask) {
            all.add(Contender.fresh("Dask", Role.PEER, pythonCommand("dask", Workload.START)));
        }
        return all;
    }

    private List<Contender> commands() {
        List<Contender> all = new ArrayList<>();
        String sheaf = home.resolve("bin/sheaf").toString();
        all.add(Contender.fresh(
                "sheaf map --local 2",
                Role.PROCESSES,
                List.of(sheaf, "map", "--local", "2", "--quiet", "--range", "1..10000", "--", "true")));
        all.add(Contender.fresh(
                "sheaf map --cluster",
                Role.CLUSTER,
                List.of(sheaf, "map", "--cluster", cluster, "--quiet", "--range", "1..10000", "--", "true")));
        if (works("parallel", "--version")) {
            all.add(shell("parallel -j2", "seq 10000 | parallel --will-cite -j2 true"));
        }
        all.add(shell("xargs -P2 -n1", "seq 10000 | xargs -P2 -n1 true"));
        return all;
    }

    private static Contender shell(String name, String line) {
        return Contender.fresh(name, Role.PEER, List.of("sh", "-c", line));
    }

    private static Contender sheaf(String name, Role role, String backEnd, Workload workload) {
        return Contender.staying(name, role, javaCommand(backEnd, workload), javaBounds());
    }

    private static Map<String, String> javaBounds() {
        return bounds("275000", "50000", "830000");
    }

    private static Contender fresh(String name, Role role, String backEnd) {
        return Contender.fresh(name, role, javaCommand(backEnd, Workload.START));
    }

    private static List<String> javaCommand(String backEnd, Workload workload) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                userClassPath(),
                ContestantMain.class.getName(),
                backEnd,
                workload.name());
    }

    /** What a program that uses Sheaf would have; it is sent to workers. */
    private static String userClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("jackson"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private Contender python(String name, String peer, Workload workload) {
        return Contender.staying(name, Role.PEER, pythonCommand(peer, workload), bounds("25500", "5200", "79000"));
    }

    private List<String> pythonCommand(String peer, Workload workload) {
        return List.of("/usr/bin/python3", python.toString(), peer, workload.name());
    }

    /** Up to which number primes are looked for in so many milliseconds, roughly: all is compared with a baseline. */
    private static Map<String, String> bounds(String twenty, String two, String hundred) {
        return Map.of("B_20MS", twenty, "B_2MS", two, "B_100MS", hundred);
    }

    private static boolean works(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
