package io.sheaf.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A contender at work. For one thread. */
final class Contestant implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 300;

    private final Contender contender;
    private final Map<String, String> environment;
    private final Process process;
    private final BufferedReader out;

    private Contestant(Contender contender, Map<String, String> environment, Process process) {
        this.contender = contender;
        this.environment = environment;
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * One that is ready.
     *
     * @param environment what all contenders have
     * @throws IOException when it cannot be started, with the reason
     */
    static Contestant start(Contender contender, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = builder(contender, environment);
        if (!contender.stays()) {
            builder.command("true");
        }
        Contestant contestant = new Contestant(contender, environment, builder.start());
        if (contender.stays() && !contestant.line().equals("ready")) {
            contestant.close();
            throw new IOException(contender.name() + " did not say that it is ready");
        }
        return contestant;
    }

    private static ProcessBuilder builder(Contender contender, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(contender.command());
        builder.environment().putAll(environment);
        builder.environment().putAll(contender.environment());
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    Answer run() throws IOException {
        return contender.stays() ? tell("run") : whole();
    }

    Answer baseline() throws IOException {
        return tell("baseline");
    }

    private Answer tell(String what) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).append(what).append('\n').flush();
        return Answer.parse(line());
    }

    private Answer whole() throws IOException {
        long from = System.nanoTime();
        Process fresh = builder(contender, environment)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!fresh.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                fresh.destroyForcibly();
                throw new IOException(contender.name() + " did not end within " + DEADLINE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            fresh.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted");
        }
        long nanos = System.nanoTime() - from;
        if (fresh.exitValue() != 0) {
            throw new IOException(contender.name() + " ended with exit code " + fresh.exitValue());
        }
        return Answer.ofNanos(nanos);
    }

    private String line() throws IOException {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> {
            try {
                return String.valueOf(out.readLine());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            String said = line.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            if (said.equals("null")) {
                throw new IOException(contender.name() + " has ended; what it said last is above");
            }
            return said;
        } catch (TimeoutException e) {
            throw new IOException(contender.name() + " did not answer within " + DEADLINE_SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(contender.name() + " cannot be heard: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
