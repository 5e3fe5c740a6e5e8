package io.sheaf.worker.executor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What each lane of an executor is doing, in a file that it maps into memory: a write costs nanoseconds and survives the
 * process, so that the worker can read it after a death.
 */
public final class CurrentItemFile {
    private static final int EXITING = 0;
    private static final int ENDING = 4;
    private static final int HEAD = 8;
    private static final int LENGTH = 24;
    private static final int INDEX = 8;
    private static final int STATE = 16;
    private static final int IDLE = 0;
    private static final int RUNNING = 1;
    private static final int PREPARING = 2;

    private final MappedByteBuffer file;

    /** Maps a file made by {@link #create}. */
    CurrentItemFile(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            file = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
        }
    }

    /** Makes the file of an executor that is about to start, with so many lanes. */
    public static void create(Path path, int lanes) throws IOException {
        Files.write(path, new byte[HEAD + LENGTH * lanes]);
    }

    /** What the file of a dead executor says. */
    public static LastWords read(Path path) throws IOException {
        return new LastWords(ByteBuffer.wrap(Files.readAllBytes(path)));
    }

    /** What a lane was doing. */
    public enum Doing {
        /** It waited. */
        NOTHING,
        /** It ran what a job does once before its first item. */
        PREPARING,
        /** It ran an item. */
        RUNNING
    }

    /**
     * What a lane was doing when its process died.
     *
     * @param job whose, when it ran or prepared something
     * @param index which, when it ran one
     */
    public record Words(Doing doing, long job, long index) {}

    /** What an executor was doing when it died. */
    public static final class LastWords {
        private final ByteBuffer said;

        private LastWords(ByteBuffer said) {
            this.said = said;
        }

        /** Whether it was leaving by itself, so that its exit code is not that of a signal. */
        public boolean exiting() {
            return said.getInt(EXITING) != 0;
        }

        /** Whether it was about to end, because it was told to or had said so. */
        public boolean ending() {
            return said.getInt(ENDING) != 0;
        }

        /** What a lane was doing. */
        public Words lane(int lane) {
            int at = HEAD + LENGTH * lane;
            Doing doing = switch (said.getInt(at + STATE)) {
                case RUNNING -> Doing.RUNNING;
                case PREPARING -> Doing.PREPARING;
                default -> Doing.NOTHING;
            };
            return new Words(doing, said.getLong(at), said.getLong(at + INDEX));
        }
    }

    /** Where a lane says what it does. */
    Lane lane(int number) {
        return new Lane(HEAD + LENGTH * number);
    }

    void ending() {
        file.putInt(ENDING, 1);
    }

    void exiting() {
        file.putInt(EXITING, 1);
    }

    /** A lane's part of the file. */
    final class Lane {
        private final int at;

        private Lane(int at) {
            this.at = at;
        }

        void preparing(long job) {
            file.putLong(at, job);
            file.putInt(at + STATE, PREPARING);
        }

        void running(long job, long index) {
            file.putLong(at, job);
            file.putLong(at + INDEX, index);
            file.putInt(at + STATE, RUNNING);
        }

        void idle() {
            file.putInt(at + STATE, IDLE);
        }
    }
}
