package io.sheaf.worker.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a command writes to a file, passed on as text, also while it runs, in whole lines as far as these are not too long. Safe
 * for use by many threads.
 */
final class CommandText {
    private static final int LARGEST_PART = 64 << 10;

    private final Path file;
    private final Consumer<String> send;
    private final LastLines last = new LastLines();
    private final ByteBuffer buffer = ByteBuffer.allocate(LARGEST_PART);
    private long at;
    private boolean over;

    CommandText(Path file, Consumer<String> send) {
        this.file = file;
        this.send = send;
    }

    /**
     * Passes on what has come since.
     *
     * @param ended whether nothing will come any more, so that the rest of a line goes, too
     */
    synchronized void follow(boolean ended) throws IOException {
        if (over) {
            // Whoever looks so late would see what the next command writes.
            return;
        }
        over = ended;
        try (SeekableByteChannel in = Files.newByteChannel(file)) {
            in.position(at);
            boolean more = true;
            while (more) {
                more = fill(in);
                pass(ended && !more);
            }
        } catch (NoSuchFileException e) {
            // The command has not come so far yet.
        }
    }

    /** Passes on the first so many bytes, nearly, and says how many follow. */
    synchronized void tellStart(int most) throws IOException {
        try (SeekableByteChannel in = Files.newByteChannel(file)) {
            boolean more = true;
            while (more && at < most) {
                more = fill(in);
                pass(!more);
            }
            if (more && in.size() > at) {
                send.accept("\n[" + (in.size() - at + buffer.position()) + " more bytes of a command that failed]\n");
            }
        } catch (NoSuchFileException e) {
            // It never came to write anything.
        }
    }

    /** Returns whether there may be more than fits. */
    private boolean fill(SeekableByteChannel in) throws IOException {
        int n = 0;
        while (n >= 0 && buffer.hasRemaining()) {
            n = in.read(buffer);
            at += Math.max(0, n);
        }
        return n >= 0;
    }

    private void pass(boolean all) {
        int end = all ? buffer.position() : wholeLines();
        if (end > 0) {
            String text = new String(buffer.array(), 0, end, StandardCharsets.UTF_8);
            buffer.flip().position(end);
            buffer.compact();
            last.add(text);
            send.accept(text);
        }
    }

    /** Where the last line ends; of a line that does not fit, where its last whole character does. */
    private int wholeLines() {
        int end = buffer.position();
        while (end > 0 && buffer.get(end - 1) != '\n') {
            end--;
        }
        if (end > 0 || buffer.hasRemaining()) {
            return end;
        }
        end = buffer.position() - 1;
        while (end > LARGEST_PART - 4 && (buffer.get(end) & 0xC0) == 0x80) {
            end--;
        }
        return end;
    }

    /** The last lines so far, oldest first. */
    List<String> lastLines() {
        return last.lines();
    }
}
