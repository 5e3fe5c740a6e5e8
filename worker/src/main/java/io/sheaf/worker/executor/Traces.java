package io.sheaf.worker.executor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What items leave behind in this process and below it: threads and processes. */
final class Traces {
    private final long self = ProcessHandle.current().pid();
    private final ThreadGroup all = root();
    private long newestThread;

    /** Threads that there are now are nobody's trace. */
    void begin() {
        newestThread = newestThread();
    }

    /** Whether there is no newer thread than at {@link #begin}, and no other process of this session. */
    boolean isClean() {
        return newestThread() <= newestThread && isAlone();
    }

    private long newestThread() {
        Thread[] threads = new Thread[2 * all.activeCount() + 8];
        int count = all.enumerate(threads);
        long newest = count == threads.length ? Long.MAX_VALUE : 0;
        for (int i = 0; i < count; i++) {
            newest = Math.max(newest, threads[i].getId());
        }
        return newest;
    }

    /**
     * By the kernel's list, since a process whose parent has ended is no descendant any more. This process leads a
     * session, which is what its children stay in.
     */
    private boolean isAlone() {
        Path list = Path.of("/proc");
        if (!Files.isReadable(list.resolve("self").resolve("stat"))) {
            return ProcessHandle.current().descendants().findAny().isEmpty();
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(list, "[0-9]*")) {
            for (Path process : processes) {
                if (!process.getFileName().toString().equals(Long.toString(self)) && isInSession(process)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isInSession(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
            return !fields[0].equals("Z") && fields[3].equals(Long.toString(self));
        } catch (IOException e) {
            // It has ended since.
            return false;
        }
    }

    private static ThreadGroup root() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }
}
