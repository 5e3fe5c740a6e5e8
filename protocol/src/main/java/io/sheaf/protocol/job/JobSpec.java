package io.sheaf.protocol.job;

import io.sheaf.protocol.wire.Bytes;
import java.util.Optional;

/**
 * A job as submitted.
 *
 * @param name for people; may be empty
 * @param work what is done with each item
 * @param source where the items come from
 * @param code the class path it needs
 * @param form what results become
 * @param policy how its items are run
 * @param initializer a {@link io.sheaf.RemoteRunnable} in Java serialization, run once in each executor before the first item
 * @param live ends with the client's connection, which receives results as they arrive; otherwise the coordinator keeps
 *     them until asked
 * @param durable to be written down before it is accepted, so that it outlives the coordinator's process
 */
public record JobSpec(
        String name,
        Work work,
        Source source,
        Bundle code,
        ResultForm form,
        Policy policy,
        Optional<Bytes> initializer,
        boolean live,
        boolean durable) {}
