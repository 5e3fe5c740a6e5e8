package io.sheaf.benchmark;

import java.util.List;
import java.util.Map;

/**
 * Who runs a workload.
 *
 * @param name for people
 * @param role what the others are compared with it, or it with them
 * @param command starts it
 * @param environment beside this process's own
 * @param stays whether one process runs all rounds and is told when, as {@code ContestantMain} describes; otherwise
 *     each round is a whole process
 */
record Contender(String name, Role role, List<String> command, Map<String, String> environment, boolean stays) {
    /** What the others are to it. */
    enum Role {
        /** Sheaf on child processes of the program. */
        PROCESSES,
        /** Sheaf on a coordinator and workers. */
        CLUSTER,
        /** Sheaf on threads. */
        THREADS,
        /** Something else. */
        PEER
    }

    Contender {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    static Contender staying(String name, Role role, List<String> command, Map<String, String> environment) {
        return new Contender(name, role, command, environment, true);
    }

    static Contender fresh(String name, Role role, List<String> command) {
        return new Contender(name, role, command, Map.of(), false);
    }
}
