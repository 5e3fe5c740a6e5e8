package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sheaf.client.home.UserDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sheaf doctor}. */
@Command(
        name = "doctor",
        description = "Look for what usually goes wrong, here and in the cluster, and say how to mend it."
                + " Exit code 1 when there is a problem.",
        footer = {"", "Examples:", "  sheaf doctor", "  sheaf doctor --cluster http://host1:8520"})
final class DoctorCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    DoctorCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        Path home = UserDirectory.resolve("");
        List<Finding> findings = new ArrayList<>(new HostChecks(home, System.getenv()).run());
        findings.addAll(new ClusterChecks(cluster.address(), invocation.connector()).run());
        long problems = findings.stream()
                .filter(finding -> finding.level() == Finding.Level.PROBLEM)
                .count();
        Console console = invocation.console();
        if (cluster.json()) {
            ObjectNode document = JsonNodeFactory.instance.objectNode().put("problems", problems);
            ArrayNode all = document.putArray("findings");
            findings.forEach(finding -> all.add(finding.json()));
            console.println(document);
        } else {
            findings.forEach(finding -> console.print(finding.text()));
            console.println(
                    problems == 0 ? "No problem was found" : problems == 1 ? "1 problem" : problems + " problems");
        }
        return (problems == 0 ? ExitCode.SUCCEEDED : ExitCode.ITEMS_FAILED).code();
    }
}
