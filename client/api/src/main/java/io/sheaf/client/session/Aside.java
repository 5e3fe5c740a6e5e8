package io.sheaf.client.session;

/** Threads that keep no JVM alive. */
final class Aside {
    private Aside() {}

    static Thread run(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
