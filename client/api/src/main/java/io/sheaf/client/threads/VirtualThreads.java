package io.sheaf.client.threads;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Virtual threads where the JVM has them, which is from 21 on. */
final class VirtualThreads {
    private VirtualThreads() {}

    /** Runs each task in a virtual thread of its own; null where there are none. */
    static @Nullable ExecutorService executor() {
        try {
            MethodHandle maker = MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
            return (ExecutorService) maker.invokeExact();
        } catch (NoSuchMethodException | IllegalAccessException | UnsupportedOperationException e) {
            // An older JVM, or one where they are a preview that is not enabled.
            return null;
        } catch (Throwable e) {
            throw new IllegalStateException("Virtual threads cannot be made", e);
        }
    }
}
