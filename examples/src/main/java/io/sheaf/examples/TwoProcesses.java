package io.sheaf.examples;

import io.sheaf.Pool;
import io.sheaf.RemoteProcess;

/**
 * Two processes, started and joined.
 *
 * <pre>
 * a = multiprocessing.Process(target=greet, args=("Ada",)); b = multiprocessing.Process(target=greet, args=("Grace",))
 * a.start(); b.start()
 * a.join(); b.join()
 * print(a.exitcode, b.exitcode)
 * </pre>
 */
public final class TwoProcesses {
    private TwoProcesses() {}

    public static void main(String[] arguments) {
        try (Pool pool = Pool.processes(2)) {
            RemoteProcess ada = pool.process(() -> greet("Ada"));
            RemoteProcess grace = pool.process(() -> greet("Grace"));
            ada.start();
            grace.start();
            ada.join();
            grace.join();
            System.out.println(ada.exitCode() + " " + grace.exitCode());
        }
    }

    private static void greet(String name) {
        System.out.println("Hello " + name + ", from " + ProcessHandle.current().pid());
    }
}
