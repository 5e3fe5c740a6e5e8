package io.sheaf.worker.executor;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What runs user code that waits: virtual threads where this JVM has them, else a bounded number of others. */
final class LaneThreads {

    private LaneThreads() {}

    /** @param most how many items may run at a time */
    static Executor of(int most) {
        try {
            MethodHandle make = MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
            return (ExecutorService) make.invokeExact();
        } catch (Throwable e) {
            // A JVM before 21.
            return new PlatformThreads(most);
        }
    }
}
