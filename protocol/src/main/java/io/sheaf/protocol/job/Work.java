package io.sheaf.protocol.job;

import io.sheaf.protocol.wire.Bytes;
import java.util.List;
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

    /**
     * An operating system command per item, which the worker starts itself, in a process group of its own and with no
     * shell in between. The result is a {@link CommandResult}.
     *
     * @param words the command and its arguments, with the replacement strings of {@link CommandTemplate}
     * @param environment what is set beside the environment of the worker, each as {@code NAME=VALUE}
     * @param directory where it runs, seen from the worker's own working directory; empty: there
     */
    record Command(List<String> words, List<String> environment, Optional<String> directory) implements Work {
        /** @throws IllegalArgumentException when no operating system could run it */
        public Command {
            words = List.copyOf(words);
            environment = List.copyOf(environment);
            boolean sets = environment.stream().allMatch(variable -> variable.indexOf('=') > 0);
            if (words.isEmpty()
                    || !sets
                    || hasNul(words)
                    || hasNul(environment)
                    || hasNul(directory.stream().toList())) {
                throw new IllegalArgumentException(
                        "No command: " + words + " with " + environment + " in " + directory);
            }
        }

        private static boolean hasNul(List<String> texts) {
            return texts.stream().anyMatch(text -> text.indexOf('\0') >= 0);
        }
    }
}
