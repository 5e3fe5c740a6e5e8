package io.sheaf.client.backend;

import io.sheaf.TaskContext;

/**
 * Lets a task wait for other tasks without holding the slot that these may need: before and after the wait it says so to
 * what runs it. A thread that runs no task waits as ever.
 */
public interface Waiting {
    /** The task is about to wait; another may run in its place. */
    void begins();

    /** The task goes on, whether or not its place is free. */
    void ends();

    /** What to tell about waits of the current thread. */
    static Waiting ofThisThread() {
        return TaskContext.find().orElse(null) instanceof Waiting waiting ? waiting : Nobody.CARES;
    }

    /** For threads that run no task. */
    enum Nobody implements Waiting {
        /** The only one. */
        CARES;

        @Override
        public void begins() {}

        @Override
        public void ends() {}
    }
}
