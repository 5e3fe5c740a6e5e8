package io.sheaf.worker.process;

import io.sheaf.protocol.wire.SocketDirectory;
import io.sheaf.worker.executor.Rehearsal;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the JVM has written down of the classes that every executor begins with, so that a new one need not find, check and
 * link them again. It is looked for, and made where it is missing, in the background; until then executors start without.
 * Safe for use by many threads.
 */
public final class ClassData implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClassData.class);
    private static final long MAKING_SECONDS = 600;
    /** It leaves others their way, but a machine that is never idle gets there, too. */
    private static final String NICENESS = "5";

    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Archive archive;
    private @Nullable Process maker;

    private ClassData() {}

    /** None at all. */
    public static ClassData none() {
        return new ClassData();
    }

    /**
     * That of these jars, which is kept where {@link ArchiveDirectory} says; none where that is nobody's but others' place,
     * or where one of them is no jar.
     *
     * @param delayMillis after what time to begin to make it, so that a process that is over soon does not bother
     */
    public static ClassData of(List<Path> classPath, long delayMillis) {
        ClassData data = new ClassData();
        Thread thread = new Thread(() -> data.provide(classPath, delayMillis), "class-data");
        thread.setDaemon(true);
        thread.start();
        return data;
    }

    /** What an executor's JVM is told; nothing while there is none. */
    List<String> options() {
        Archive known = archive;
        if (known == null || !known.isAsItWas()) {
            return List.of();
        }
        // The JVM would have something to say when it cannot use it after all, and goes on without.
        return List.of("-Xlog:cds*=off", "-XX:SharedArchiveFile=" + known.file());
    }

    private void provide(List<Path> classPath, long delayMillis) {
        try {
            ArchiveDirectory directory = ArchiveDirectory.open();
            String name = "executor-" + Archive.key(classPath) + "-";
            archive = directory.find(name);
            if (archive == null && !closing.await(delayMillis, TimeUnit.MILLISECONDS)) {
                make(directory, name, classPath);
                archive = directory.find(name);
            }
        } catch (IOException | UncheckedIOException e) {
            log.debug("Executors start without class data: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where another process is at it, that will do. */
    private void make(ArchiveDirectory directory, String name, List<Path> classPath)
            throws IOException, InterruptedException {
        try (FileChannel channel = directory.openLock();
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                makeAlone(directory, name, classPath);
            }
        } catch (OverlappingFileLockException e) {
            log.debug("Another part of this process makes class data");
        }
    }

    private void makeAlone(ArchiveDirectory directory, String name, List<Path> classPath)
            throws IOException, InterruptedException {
        Path part = directory.part(name);
        Path sockets = SocketDirectory.create();
        try {
            Process started = start(command(part, sockets, classPath));
            if (started == null) {
                return;
            }
            if (!started.waitFor(MAKING_SECONDS, TimeUnit.SECONDS)) {
                started.destroyForcibly().waitFor();
            }
            if (started.exitValue() == 0 && Files.isRegularFile(part)) {
                directory.keep(part, name);
                log.debug("Executors start with class data from now on, {}", directory);
            }
        } finally {
            Files.deleteIfExists(part);
            SocketDirectory.delete(sockets);
        }
    }

    /** Its input stays open until it has ended or this process has, and then it ends, too. */
    private synchronized @Nullable Process start(List<String> command) throws IOException {
        if (closing.getCount() == 0) {
            return null;
        }
        Process started = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        maker = started;
        return started;
    }

    private static List<String> command(Path part, Path sockets, List<Path> classPath) {
        return List.of(
                "nice",
                "-n",
                NICENESS,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xmx64m",
                "-Xlog:disable",
                "-XX:ArchiveClassesAtExit=" + part,
                "-Dfile.encoding=UTF-8",
                "-cp",
                String.join(
                        File.pathSeparator,
                        classPath.stream().map(Path::toString).toList()),
                Rehearsal.class.getName(),
                sockets.toString());
    }

    /** Ends the making of it, if that is going on. */
    @Override
    public void close() {
        closing.countDown();
        synchronized (this) {
            if (maker != null) {
                maker.destroyForcibly();
            }
        }
    }
}
