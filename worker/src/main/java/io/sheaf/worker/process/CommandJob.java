package io.sheaf.worker.process;

import io.sheaf.protocol.item.Encoding;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.CommandTemplate;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.NumberedText;
import io.sheaf.protocol.job.Work;
import io.sheaf.worker.executor.ItemQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A job of commands, where one of them runs at a time. For one thread, but for {@link #close}. */
final class CommandJob implements AutoCloseable {
    /** What has a text that everybody would expect, or is a {@link NumberedText}. Nothing else is read here, where no user code runs. */
    private static final Set<Encoding> TEXTS =
            EnumSet.of(Encoding.STRING, Encoding.LONG, Encoding.INT, Encoding.PATH, Encoding.URI, Encoding.BYTES);

    private static final SegmentReader READER = new SegmentReader(CommandJob.class.getClassLoader(), true);

    private final JobId id;
    private final Work.Command work;
    private final CommandTemplate template;
    private final Shells shells;
    private @Nullable CommandShell shell;
    private boolean closed;
    private boolean hasResult;

    /** Where shells come from. Safe for use by many threads. */
    interface Shells {
        /** Starts one. */
        CommandShell start(Map<String, String> environment, Path directory) throws IOException;

        /** It is to end. */
        void end(CommandShell shell);
    }

    CommandJob(JobId id, Work.Command work, Shells shells) {
        this.id = id;
        this.work = work;
        this.template = new CommandTemplate(work.words());
        this.shells = shells;
    }

    JobId id() {
        return id;
    }

    /** True once. */
    boolean isFirstResult() {
        boolean first = !hasResult;
        hasResult = true;
        return first;
    }

    /**
     * What is run for one item.
     *
     * @param index that it is told
     */
    record Line(List<String> words, long index) {}

    /** @throws IOException when the item is none for a command */
    Line command(ItemQueue.Claim item) throws IOException {
        Encoding encoding = item.items().encoding();
        if (!TEXTS.contains(encoding)) {
            throw new IOException("an item of a command must be a text, and this one is not");
        }
        try {
            Object read = READER.read(item.items(), item.index);
            NumberedText text = read instanceof byte[] bytes
                    ? NumberedText.parse(bytes)
                    : new NumberedText(item.index, String.valueOf(read));
            return new Line(template.of(text.text(), text.index()), text.index());
        } catch (ClassNotFoundException | IllegalArgumentException e) {
            throw new IOException("an item of a command cannot be read", e);
        }
    }

    /**
     * The shell that starts its commands.
     *
     * @throws IOException when there can be none
     */
    synchronized CommandShell shell() throws IOException {
        if (shell == null || closed) {
            Map<String, String> environment = new HashMap<>(System.getenv());
            for (String variable : work.environment()) {
                int equals = variable.indexOf('=');
                environment.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
            environment.put("SHEAF_JOB_ID", id.toString());
            Path here = Path.of("").toAbsolutePath();
            shell = shells.start(environment, here.resolve(work.directory().orElse("")));
        }
        return shell;
    }

    /** No command of it will run any more. */
    @Override
    public synchronized void close() {
        closed = true;
        if (shell != null) {
            shells.end(shell);
        }
    }
}
