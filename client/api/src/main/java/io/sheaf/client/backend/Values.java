package io.sheaf.client.backend;

import org.jspecify.annotations.Nullable;

/** The results of neighbouring items; rebuilt when they are asked for, and each time anew where they have travelled. */
public interface Values {
    /** The index of the first. */
    long from();

    /** The index after the last. */
    long to();

    /**
     * The result of that item.
     *
     * @throws io.sheaf.TaskFailedException when it cannot be rebuilt here
     */
    @Nullable
    Object get(long index);
}
