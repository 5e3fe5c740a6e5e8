package io.sheaf.client.session;

/** Whoever gives a kept job its connections. */
interface JobOwner {
    /** Nothing follows about this job. */
    void over(KeptJob job);

    /** It needs a connection. */
    void stranded(KeptJob job);
}
