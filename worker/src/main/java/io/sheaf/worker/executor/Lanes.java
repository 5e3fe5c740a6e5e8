package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.FromLane;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.ExecutorConversation.ToLane;
import io.sheaf.protocol.wire.Connection;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The lanes of a process that many share. They begin and end as they are told; one {@link Ticker} watches them all. */
final class Lanes {
    private final Connection<ToLane, FromLane> connection;
    private final CurrentItemFile current;
    private final Executor threads;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final Commons commons;
    private final Map<Integer, Lane> lanes = new ConcurrentHashMap<>();
    private final Map<Integer, Watch> watches = new ConcurrentHashMap<>();
    private final Ticker ticker = new Ticker(watches.values(), ExecutorMain::endProcessGroup);
    private volatile boolean ending;

    /** From now on this process prints to its lanes. */
    Lanes(Connection<ToLane, FromLane> connection, CurrentItemFile current, Executor threads, Commons commons) {
        this.connection = connection;
        this.current = current;
        this.threads = threads;
        this.commons = commons;
        LaneOutput.install();
    }

    /** For the thread that reads. */
    void receive(ToLane told) {
        if (told.lane() == ExecutorConversation.ALL_LANES) {
            end();
            return;
        }
        if (told.message() instanceof ToExecutor.Begin) {
            begin(told.lane());
        }
        Lane lane = lanes.get(told.lane());
        if (lane != null) {
            lane.receive(told.message());
        }
    }

    private void begin(int number) {
        Line line = new Line(number);
        ItemQueue queue = new ItemQueue();
        Runner.Streams own = new Runner.Streams(new TaskOutput(false, out, line), new TaskOutput(true, err, line));
        Runner runner = new Runner(queue, current.lane(number), own, line, commons);
        Inlet inlet = new Inlet(queue, commons, line::sendAtOnce);
        Lane lane = new Lane(queue, runner, inlet, own, new Keeper(number));
        lanes.put(number, lane);
        watches.put(number, lane.watch());
    }

    /** A lane has ended; the last one takes the process with it when that is to end. */
    private void over(int number) {
        lanes.remove(number);
        watches.remove(number);
        connection.send(new FromLane(number, new FromExecutor.Ending("it is needed no more")));
        if (ending && lanes.isEmpty()) {
            end();
        }
    }

    private void end() {
        current.ending();
        connection.end();
        // Closing answers with the end of the stream, which ends this process.
    }

    private final class Keeper implements Lane.Keeper {
        private final int number;

        Keeper(int number) {
            this.number = number;
        }

        @Override
        public void execute(Runnable task) {
            threads.execute(task);
        }

        @Override
        public void begins() {
            ticker.wake();
        }

        @Override
        public void over() {
            Lanes.this.over(number);
        }
    }

    private final class Line extends ExecutorMain.Line {
        private final int number;

        Line(int number) {
            super(connection, number);
            this.number = number;
        }

        @Override
        public void allEnd(String reason, boolean atOnce) {
            if (atOnce) {
                current.ending();
                die();
            }
            ending = true;
            lanes.forEach((other, lane) -> {
                if (other != number) {
                    lane.end(reason);
                }
            });
        }
    }
}
