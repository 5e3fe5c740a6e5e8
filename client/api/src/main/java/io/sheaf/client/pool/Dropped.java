package io.sheaf.client.pool;

import java.lang.ref.Cleaner;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells that a pool was dropped without having been closed: what serves it stays until this JVM ends. */
final class Dropped {
    private static final Cleaner CLEANER = Cleaner.create();

    private Dropped() {}

    /**
     * Begins to watch.
     *
     * @return what every view of the pool has to hold: once nobody holds it the pool was dropped
     */
    static Object watch(PoolCore core, Consumer<String> warnings) {
        String warning =
                "sheaf: the pool that " + opener() + " opened was dropped and never closed, so that what it holds"
                        + " stays until this program ends; close it, as with `try (Pool pool = ...)`";
        Object user = new Object();
        var unused = CLEANER.register(user, () -> {
            if (!core.isShutdown()) {
                warnings.accept(warning);
            }
        });
        return user;
    }

    private static String opener() {
        Optional<StackWalker.StackFrame> frame = StackWalker.getInstance()
                .walk(frames -> frames.filter(one -> !one.getClassName().startsWith("io.sheaf."))
                        .findFirst());
        return frame.map(one -> one.getClassName() + "." + one.getMethodName() + "(" + one.getFileName() + ":"
                        + one.getLineNumber() + ")")
                .orElse("this program");
    }
}
