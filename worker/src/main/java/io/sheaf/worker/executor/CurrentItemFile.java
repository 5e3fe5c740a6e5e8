package io.sheaf.worker.executor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What an executor is doing, in a file that it maps into memory: a write costs nanoseconds and survives the process, so
 * that the worker can read it after a death.
 */
public final class CurrentItemFile {
    private static final int LENGTH = 24;
    private static final int STATE = 16;
    private static final int EXITING = 20;
    private static final int IDLE = 0;
    private static final int RUNNING = 1;
    private static final int ENDING = 2;
    private static final int PREPARING = 3;

    private final MappedByteBuffer file;

    /** Maps a file made by {@link #create}. */
    CurrentItemFile(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            file = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH);
        }
    }

    /** Makes the file of an executor that is about to start. */
    public static void create(Path path) throws IOException {
        Files.write(path, new byte[LENGTH]);
    }

    /** What the file of a dead executor says. */
    public static LastWords read(Path path) throws IOException {
        ByteBuffer said = ByteBuffer.wrap(Files.readAllBytes(path));
        int state = said.getInt(STATE);
        Doing doing = switch (state) {
            case RUNNING -> Doing.RUNNING;
            case PREPARING -> Doing.PREPARING;
            case ENDING -> Doing.ENDING;
            default -> Doing.NOTHING;
        };
        return new LastWords(doing, said.getLong(0), said.getLong(8), said.getInt(EXITING) != 0);
    }

    /** What an executor was doing. */
    public enum Doing {
        /** It waited. */
        NOTHING,
        /** It ran what a job does once before its first item. */
        PREPARING,
        /** It ran an item. */
        RUNNING,
        /** It was about to end, because it was told to or had said so. */
        ENDING
    }

    /**
     * What an executor was doing when it died.
     *
     * @param job whose, when it ran or prepared something
     * @param index which, when it ran one
     * @param exiting whether it was leaving by itself, so that its exit code is not that of a signal
     */
    public record LastWords(Doing doing, long job, long index, boolean exiting) {}

    void preparing(long job) {
        file.putLong(0, job);
        file.putInt(STATE, PREPARING);
    }

    void running(long job, long index) {
        file.putLong(0, job);
        file.putLong(8, index);
        file.putInt(STATE, RUNNING);
    }

    void idle() {
        file.putInt(STATE, IDLE);
    }

    void ending() {
        file.putInt(STATE, ENDING);
    }

    void exiting() {
        file.putInt(EXITING, 1);
    }
}
