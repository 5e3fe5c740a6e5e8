package io.sheaf.protocol.job;

import io.sheaf.protocol.wire.Bytes;
import java.util.Optional;

/** What a job does with each item. */
public sealed interface Work {

    /**
     * A {@link io.sheaf.RemoteFunction} with what it captures.
     *
     * @param function in Java serialization, opaque to all but client and executor
     */
    record Closure(Bytes function) implements Work {}

    /**
     * A function that the bundle has under a name; the item is converted to its parameter's type.
     *
     * @param className in binary form
     * @param method a static method of one parameter; empty: the class is a {@code RemoteFunction} or
     *     {@code java.util.function.Function} with a public no-argument constructor
     */
    record Named(String className, Optional<String> method) implements Work {}

    /** Each item is a {@link io.sheaf.RemoteCallable} and is called. */
    record Calls() implements Work {}

    /**
     * The one item is a {@link io.sheaf.RemoteRunnable}, as the bytes of its Java serialization; it runs in a JVM of its
     * own, and the result is the exit code. What is said meanwhile is in
     * {@link io.sheaf.protocol.process.ProcessConversation}.
     */
    record OwnProcess() implements Work {}
}
