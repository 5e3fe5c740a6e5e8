package io.sheaf.worker.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A shell that starts the commands of one job in one place, one after the other, each in a process group of its own. The
 * JDK knows no groups; and to start a process from a small shell takes half the time that it takes from a JVM. What a
 * command has left in its group ends with it. For one thread, but for {@link #close}.
 */
final class CommandShell implements AutoCloseable {
    private static final int LONGEST_LINE = 4096;
    private static final String LINE_FEED = "'\"$sheaf__n\"'";

    /**
     * With job control each command gets a group by itself. bash has that without a terminal; other shells run setsid
     * before the command, which takes another start of a program. All names are such as no environment has, since a
     * variable that came with it would be changed for the commands, too. The trap is for {@link CommandGuard}.
     */
    private static final String SCRIPT = """
            sheaf__d=$1 sheaf__r= sheaf__w= sheaf__n='
            '
            trap '[ -z "$sheaf__r" ] || kill -s KILL -- "-$!" 2>/dev/null; exit 1' TERM
            if [ -n "${BASH_VERSION-}" ] && set -m 2>/dev/null; then
                [ "${BASH_VERSION%%.*}" -lt 5 ] || sheaf__w=-f
                sheaf__exec() { exec -- "$@"; }
            else
                sheaf__exec() { exec setsid "$@"; }
            fi
            sheaf__run() {
                SHEAF_ITEM_INDEX=$1 SHEAF_ATTEMPT=$2
                shift 2
                sheaf__r=1
                sheaf__exec "$@" </dev/null >"$sheaf__d/out" 2>"$sheaf__d/err" &
                echo "$!"
                # shellcheck disable=SC2086
                wait $sheaf__w "$!"
                set -- "$?"
                kill -s KILL -- "-$!" 2>/dev/null
                sheaf__r=
                echo "$1"
            }
            while IFS= read -r sheaf__l; do eval "$sheaf__l"; done
            """;

    private final Process process;
    private final Path files;
    private final OutputStream in;
    private final BufferedReader out;
    private final Map<String, String> environment;
    private final Path directory;
    private final Set<String> found = new HashSet<>();

    private CommandShell(Process process, Path files, Map<String, String> environment, Path directory) {
        this.process = process;
        this.files = files;
        this.environment = environment;
        this.directory = directory;
        this.in = process.getOutputStream();
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    /**
     * Starts one.
     *
     * @param files a directory for what commands write, for this shell alone
     * @param environment of the commands, all of it
     * @param directory where they run
     * @throws IOException when there is no such directory, or no process can be started
     */
    static CommandShell start(Path files, Map<String, String> environment, Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("there is no directory " + directory + " to run commands in");
        }
        Files.createDirectories(files);
        List<String> command = new ArrayList<>(List.of("setsid"));
        // -p: without what the environment says that each bash is to read first.
        command.addAll(Files.isExecutable(Path.of("/bin/bash")) ? List.of("/bin/bash", "-p") : List.of("/bin/sh"));
        command.addAll(List.of("-c", SCRIPT, "sheaf-commands", files.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().putAll(Map.of("SHEAF_ITEM_INDEX", "", "SHEAF_ATTEMPT", ""));
        Process started = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        return new CommandShell(started, files, environment, directory);
    }

    long pid() {
        return process.pid();
    }

    /** What is written there, and nothing else's. */
    Path files() {
        return files;
    }

    Path stdout() {
        return files.resolve("out");
    }

    Path stderr() {
        return files.resolve("err");
    }

    /** Why this command cannot be run here; empty when it can, as far as can be seen. */
    String trouble(List<String> command) {
        String name = command.get(0);
        if (command.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
            return "no word of a command can hold a NUL";
        }
        if (found.contains(name)) {
            return "";
        }
        if (name.indexOf('/') >= 0) {
            Path file = directory.resolve(name);
            if (!Files.exists(file)) {
                return "there is no command " + name;
            }
            return isProgram(file) ? found(name) : name + " is no program: chmod +x makes one of a script";
        }
        for (String place : environment.getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
            if (!name.isEmpty() && isProgram(directory.resolve(place).resolve(name))) {
                return found(name);
            }
        }
        return "there is no command " + (name.isEmpty() ? "''" : name) + hint(name);
    }

    private static String hint(String name) {
        return name.indexOf(' ') < 0
                ? ""
                : " (each argument is a word of its own: no quotes around all of them, or sh -c '...')";
    }

    private String found(String name) {
        found.add(name);
        return "";
    }

    private static boolean isProgram(Path file) {
        return Files.isExecutable(file) && !Files.isDirectory(file);
    }

    /**
     * Starts the command; {@link #await} must follow.
     *
     * @return the process that leads its group
     * @throws IOException when this shell is gone
     */
    long run(List<String> command, long index, int attempt) throws IOException {
        StringBuilder line =
                new StringBuilder("sheaf__run ").append(index).append(' ').append(attempt);
        for (String word : command) {
            line.append(" '")
                    .append(word.replace("'", "'\\''").replace("\n", LINE_FEED))
                    .append('\'');
        }
        byte[] bytes = line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST_LINE) {
            // A shell reads a pipe byte by byte, a file as a whole.
            Files.write(files.resolve("line"), bytes);
            bytes = ". \"$sheaf__d/line\"\n".getBytes(StandardCharsets.US_ASCII);
        }
        in.write(bytes);
        in.flush();
        return number();
    }

    /** Waits for the end of the command; returns its status as shells have it: 128 and the signal that ended it. */
    int await() throws IOException {
        return (int) number();
    }

    private long number() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the shell that starts commands has ended");
        }
        return Long.parseLong(line);
    }

    /** What the command wrote is needed no more; what may still write there does so to nobody's harm. */
    void clear() {
        var unused = List.of(stdout().toFile().delete(), stderr().toFile().delete());
    }

    /** Ends it, and waits until that is so, not for long; {@link CommandGuard} has ended what runs in it. */
    void awaitEnd() {
        close();
        try {
            boolean unused = process.waitFor(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it at once; what runs in it goes on. */
    void kill() {
        process.destroyForcibly();
    }

    /** Ends the shell, once no command runs in it. */
    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }
}
