package io.sheaf.simulation;

import io.sheaf.protocol.job.JobId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An executor process: of one executor, or of many that share it, and die together. */
final class SimulatedHost {
    final boolean shared;
    final Set<JobId> prepared = new HashSet<>();
    private final List<SimulatedExecutor> lanes = new ArrayList<>();
    private boolean ready;
    private boolean dead;

    SimulatedHost(int lanes) {
        this.shared = lanes > 1;
    }

    /** Returns what happens to the new lane before long. */
    Runnable join(SimulatedExecutor lane) {
        lanes.add(lane);
        return () -> {
            if (dead) {
                lane.die();
            } else if (ready) {
                lane.becomeReady();
            }
        };
    }

    void becomeReady() {
        if (!dead) {
            ready = true;
            lanes.forEach(SimulatedExecutor::becomeReady);
        }
    }

    void die() {
        dead = true;
        List.copyOf(lanes).forEach(SimulatedExecutor::die);
    }

    /** It is over for all at once, and nobody is to blame for that. */
    void endAtOnce() {
        dead = true;
        List.copyOf(lanes).forEach(SimulatedExecutor::endAtOnce);
    }

    /** None of the others takes anything more. */
    void close(SimulatedExecutor by, String reason) {
        List.copyOf(lanes).stream().filter(lane -> lane != by).forEach(lane -> lane.close(reason));
    }
}
