package io.sheaf.worker.process;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.JobId;
import io.sheaf.worker.executor.CurrentItemFile;
import java.util.Optional;

/** What a worker is told of its executors. Called by any thread; must not block, except {@link #received}. */
public interface ExecutorEvents {
    /**
     * What an executor was running.
     *
     * @param index which item, or {@link #NONE_YET} for what the job does once before its first
     */
    record CurrentItem(JobId job, long index) {
        /** Stands for the initializer. */
        public static final long NONE_YET = -1;

        /** What a lane of a dead process was doing. */
        static Optional<CurrentItem> of(CurrentItemFile.Words words) {
            JobId job = new JobId(words.job());
            return switch (words.doing()) {
                case RUNNING -> Optional.of(new CurrentItem(job, words.index()));
                case PREPARING -> Optional.of(new CurrentItem(job, NONE_YET));
                case NOTHING -> Optional.empty();
            };
        }
    }

    /**
     * The executor said something, in order. {@code Ready} comes first. May wait, which keeps the executor from saying
     * more, but not after {@link #exited}.
     */
    void received(ExecutorPort executor, FromExecutor message);

    /** The process has ended; what it said before may still come, and then {@link #died}. */
    default void exited() {}

    /**
     * The executor is gone, most often with its process and the whole group of that. Everything that it said was
     * delivered before this; nothing follows.
     *
     * @param wasReady whether it had said {@code Ready}
     * @param clean whether it ended because it was told to
     * @param running what it was running, by its memory-mapped file
     */
    void died(
            ExecutorPort executor, boolean wasReady, boolean clean, Optional<CurrentItem> running, DeathReport report);
}
