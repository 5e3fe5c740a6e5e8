package io.sheaf.worker.execution;

import io.sheaf.Workload;

/** The parts of a worker. Each has places of its own, so that nobody ever waits for another's. */
enum Section {
    /** For what computes: each place is a process. */
    CPU,
    /** For what waits: the places of one bundle share a process, of which each is a lane. */
    IO,
    /** For what waits and is suspected of having ended a process: each place is one. */
    ALONE;

    /** Where jobs of that kind are at home. */
    static Section of(Workload workload) {
        return workload == Workload.IO ? IO : CPU;
    }
}
