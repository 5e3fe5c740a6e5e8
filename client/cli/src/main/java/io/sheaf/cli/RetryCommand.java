package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sheaf.client.code.ClassPathBundle;
import io.sheaf.client.session.CodeFiles;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.job.JobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sheaf retry}. */
@Command(
        name = "retry",
        description = "Run again what has no result of a submitted job that has ended; its results join the others.",
        footer = {"", "Examples:", "  sheaf retry last --failed", "  sheaf retry 7 --failed --jar mended.jar"})
final class RetryCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "The job's number, or `last`.")
    private String id = "";

    @Option(
            names = "--failed",
            description =
                    "Only what failed; without it also what never ran, because the job was ended early by `cancel` or"
                            + " --max-fails.")
    private boolean failed;

    @Option(
            names = "--jar",
            paramLabel = "FILE",
            description = "Run with this code instead of what the job had: a jar, or the source file; may be repeated.")
    private List<Path> jars = new ArrayList<>();

    @Option(names = "--quiet", description = "Only the job's number.")
    private boolean quiet;

    RetryCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws IOException {
        Optional<CodeFiles> code = jars.isEmpty() ? Optional.empty() : Optional.of(ClassPathBundle.of(compiled()));
        try (Session session = cluster.connect(invocation.connector())) {
            JobId job = ClusterOptions.job(session, id);
            ClusterOptions.await(session.retry(job, failed, code));
            Console console = invocation.console();
            console.println(
                    cluster.json() ? JsonNodeFactory.instance.objectNode().put("id", job.number()) : job.toString());
            if (!quiet && console.terminal()) {
                console.err().println("Next: sheaf wait " + job + " && sheaf results " + job);
            }
            return ExitCode.SUCCEEDED.code();
        }
    }

    private List<Path> compiled() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path jar : jars) {
            Optional<SourceFile> source = SourceFile.of(jar.toString());
            if (source.isPresent()) {
                all.addAll(source.get().compile(List.of()).jars());
            } else if (!Files.isRegularFile(jar)) {
                throw new CliException(ExitCode.REJECTED, "There is no jar " + jar);
            } else {
                WorkChoice.checkJar(jar);
                all.add(jar);
            }
        }
        return all;
    }
}
