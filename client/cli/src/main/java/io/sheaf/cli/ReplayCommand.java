package io.sheaf.cli;

import io.sheaf.client.local.Distribution;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CommandTemplate;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Work;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sheaf replay}. */
@Command(
        name = "replay",
        description = "Run one item of a submitted job again in a JVM on this machine, with its input and its code.",
        footer = {"", "Examples:", "  sheaf replay last 31", "  sheaf replay 7 31 --debug"})
final class ReplayCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(index = "0", paramLabel = "ID", description = "The job's number, or `last`.")
    private String id = "";

    @Parameters(index = "1", paramLabel = "ITEM", description = "The item's number, from 0.")
    private long item;

    @Option(names = "--debug", description = "Wait for a debugger before the item begins.")
    private boolean debug;

    @Option(names = "--port", paramLabel = "PORT", description = "Where to wait for it, on loopback; default 5005.")
    private int port = 5005;

    ReplayCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("sheaf-replay");
        try {
            List<Path> code = new ArrayList<>();
            Path input = folder.resolve("item");
            try (Session session = cluster.connect(invocation.connector())) {
                JobId job = ClusterOptions.job(session, id);
                ToClient.Item fetched = ClusterOptions.ask(
                        session, ToClient.Item.class, request -> new FromClient.FetchItem(request, job, item));
                Files.write(input, ClientConversation.TO_CLIENT.toBytes(fetched).copy());
                if (fetched.job().work() instanceof Work.Command command) {
                    return repeat(command, job, fetched).code();
                }
                for (CodeFile file : fetched.job().code().files()) {
                    code.add(fetch(session, file, folder));
                }
            }
            return run(code, input).code();
        } finally {
            delete(folder);
        }
    }

    /** A command needs no JVM: it runs here as it would at a worker that was started here. */
    private ExitCode repeat(Work.Command command, JobId job, ToClient.Item fetched) throws IOException {
        if (debug) {
            throw new CliException(ExitCode.USAGE, "--debug is for functions; job " + id + " runs a command");
        }
        Object text;
        try {
            text = new SegmentReader(ReplayCommand.class.getClassLoader()).read(fetched.item(), item);
        } catch (ClassNotFoundException e) {
            throw new IOException(e);
        }
        List<String> words = new CommandTemplate(command.words()).of(String.valueOf(text), item);
        ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
        command.directory().ifPresent(directory -> builder.directory(new File(directory)));
        for (String variable : command.environment()) {
            int equals = variable.indexOf('=');
            builder.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        builder.environment()
                .putAll(Map.of("SHEAF_JOB_ID", job.toString(), "SHEAF_ITEM_INDEX", "" + item, "SHEAF_ATTEMPT", "1"));
        return await(builder);
    }

    private static Path fetch(Session session, CodeFile file, Path folder) throws IOException {
        Path target = folder.resolve(file.id().sha256() + ".jar");
        try (OutputStream out = Files.newOutputStream(target)) {
            long offset = 0;
            boolean last = false;
            while (!last) {
                long from = offset;
                ToClient.Code part = ClusterOptions.ask(
                        session, ToClient.Code.class, request -> new FromClient.FetchCode(request, file.id(), from));
                out.write(part.data().copy());
                offset += part.data().length();
                last = part.last();
            }
        }
        return target;
    }

    private ExitCode run(List<Path> code, Path input) throws IOException {
        List<Path> classPath = new ArrayList<>(own());
        classPath.addAll(code);
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC"));
        if (debug) {
            command.add("-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=127.0.0.1:" + port);
        }
        command.addAll(List.of(
                "-Dfile.encoding=UTF-8",
                "-cp",
                classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                "io.sheaf.worker.executor.ReplayMain",
                input.toString()));
        return await(new ProcessBuilder(command).inheritIO());
    }

    private static ExitCode await(ProcessBuilder builder) throws IOException {
        try {
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            int exit = process.waitFor();
            return exit == 0 ? ExitCode.SUCCEEDED : ExitCode.ITEMS_FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        }
    }

    /** What executors have of Sheaf. */
    private static List<Path> own() throws IOException {
        try (Stream<Path> all = Files.list(Distribution.home().resolve("lib"))) {
            return all.filter(jar -> {
                        String name = jar.getFileName().toString();
                        return name.startsWith("sheaf-executor-") || name.startsWith("sheaf-protocol-");
                    })
                    .toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.list(folder)) {
            all = found.toList();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
    }
}
