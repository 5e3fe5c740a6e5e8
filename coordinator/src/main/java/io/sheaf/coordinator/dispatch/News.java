package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.item.Segment;
import java.util.Optional;

/**
 * Something that has become true of a job.
 *
 * @param results those that came with it
 */
record News(JobRecord job, Fact fact, Optional<Segment> results) {}
