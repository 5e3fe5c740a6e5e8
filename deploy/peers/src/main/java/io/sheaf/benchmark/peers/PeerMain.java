package io.sheaf.benchmark.peers;

import io.sheaf.benchmark.Workload;
import io.sheaf.benchmark.contestant.BackEnd;
import io.sheaf.benchmark.contestant.ContestantMain;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** A contestant as {@code ContestantMain} describes them, or one of its workers. */
public final class PeerMain {
    /** For items that wait; as many as the threads of Python beside it, in both workers together. */
    static final int WAITING_THREADS = 32;

    private PeerMain() {}

    /** Takes the peer's name ({@code hazelcast}, {@code ignite}) and a workload, or {@code worker}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        boolean isIgnite = arguments[0].equals("ignite");
        if (arguments[1].equals("worker")) {
            if (isIgnite) {
                IgniteBackEnd.work();
            } else {
                HazelcastBackEnd.work();
            }
            System.out.println("at work");
            // Until it is told to end.
            new CountDownLatch(1).await();
        }
        Workload workload = Workload.valueOf(arguments[1]);
        Workers workers = Workers.start(arguments[0], workload == Workload.FETCH ? WAITING_THREADS : 1);
        try {
            BackEnd backEnd = isIgnite ? IgniteBackEnd.open() : HazelcastBackEnd.open();
            ContestantMain.run(backEnd, workload);
        } finally {
            workers.close();
        }
        System.exit(0);
    }
}
