package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sheaf version}. */
@Command(name = "version", description = "Show the version of this command line.")
final class VersionCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(names = "--json", description = "Write JSON instead of text.")
    private boolean json;

    VersionCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        String version = version();
        String java = Runtime.version().toString();
        invocation
                .console()
                .println(
                        json
                                ? JsonNodeFactory.instance
                                        .objectNode()
                                        .put("version", version)
                                        .put("java", java)
                                : "sheaf " + version + " (Java " + java + ")");
        return ExitCode.SUCCEEDED.code();
    }

    static String version() {
        Properties about = new Properties();
        try (InputStream in = VersionCommand.class.getResourceAsStream("/io/sheaf/version.properties")) {
            about.load(in);
        } catch (IOException e) {
            return "unknown";
        }
        return about.getProperty("version", "unknown");
    }
}
