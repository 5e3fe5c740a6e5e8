package io.sheaf.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetreatTest {
    private static final JobId JOB = new JobId(1);
    private static final WorkerId FULL = new WorkerId("full");
    private static final WorkerId EMPTY = new WorkerId("empty");

    private final List<WorkerId> asked = new ArrayList<>();
    private final Retreat retreat = new Retreat((worker, job) -> asked.add(worker));

    @Test
    void aWorkerIsAskedUntilNothingMoreComesBack() {
        retreat.begin(JOB, List.of(FULL, EMPTY));
        assertThat(asked).containsExactly(FULL, EMPTY);
        retreat.recalled(EMPTY, JOB);
        retreat.returned(FULL, JOB);
        retreat.recalled(FULL, JOB);
        assertThat(asked).containsExactly(FULL, EMPTY, FULL);
        retreat.recalled(FULL, JOB);
        assertThat(asked).hasSize(3);
    }

    @Test
    void aJobThatGoesOnIsLeftAlone() {
        retreat.begin(JOB, List.of(FULL));
        retreat.end(JOB);
        retreat.returned(FULL, JOB);
        retreat.recalled(FULL, JOB);
        assertThat(asked).hasSize(1);
    }
}
