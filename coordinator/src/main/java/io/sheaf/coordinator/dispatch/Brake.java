package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.job.JobId;

/** Stops a job without ending it. */
interface Brake {
    /** Nothing more of the job is handed out; what was handed out goes on. */
    void hold(JobId job);

    /** The job goes on. */
    void release(JobId job);
}
