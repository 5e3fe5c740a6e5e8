package io.sheaf.benchmark;

import io.sheaf.benchmark.Contender.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What Java programs use elsewhere, where it has been built.
 *
 * @param built the folder with the jar of the module {@code peers} and, in {@code lib}, all that it needs
 */
record JavaPeers(Path built) {
    private static final Set<Workload> TOO_LONG = Set.of(Workload.QUEUE, Workload.COMMANDS);
    /** What Ignite reaches into. */
    private static final List<String> OPENED = List.of(
            "java.base/jdk.internal.access",
            "java.base/jdk.internal.misc",
            "java.base/sun.nio.ch",
            "java.base/sun.util.calendar",
            "java.base/sun.reflect.generics.reflectiveObjects",
            "java.base/java.io",
            "java.base/java.nio",
            "java.base/java.net",
            "java.base/java.lang",
            "java.base/java.lang.invoke",
            "java.base/java.lang.reflect",
            "java.base/java.math",
            "java.base/java.text",
            "java.base/java.time",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.atomic",
            "java.base/java.util.concurrent.locks",
            "java.management/com.sun.jmx.mbeanserver",
            "jdk.internal.jvmstat/sun.jvmstat.monitor",
            "jdk.management/com.sun.management.internal",
            "java.sql/java.sql");

    List<Contender> of(Workload workload, Map<String, String> bounds) {
        List<Contender> all = new ArrayList<>();
        if (!TOO_LONG.contains(workload)) {
            all.add(contender("Hazelcast", workload, bounds));
            all.add(contender("Ignite", workload, bounds));
        }
        return all;
    }

    private Contender contender(String name, Workload workload, Map<String, String> bounds) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        OPENED.forEach(module -> command.add("--add-opens=" + module + "=ALL-UNNAMED"));
        command.add("-cp");
        command.add(built + "/*:" + built + "/lib/*");
        command.add("io.sheaf.benchmark.peers.PeerMain");
        command.add(name.toLowerCase(java.util.Locale.ROOT));
        command.add(workload.name());
        return workload == Workload.START
                ? Contender.fresh(name, Role.PEER, command)
                : Contender.staying(name, Role.PEER, command, bounds);
    }
}
