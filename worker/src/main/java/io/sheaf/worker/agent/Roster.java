package io.sheaf.worker.agent;

import io.sheaf.worker.execution.Command;
import io.sheaf.worker.process.ExecutorEvents;
import io.sheaf.worker.process.ExecutorHost;
import io.sheaf.worker.process.ExecutorPort;
import io.sheaf.worker.process.ExecutorStarter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The executors of a worker by their numbers, and the processes that they share. For one thread. */
final class Roster {
    private final ExecutorStarter starter;
    private final Map<Long, Member> members = new HashMap<>();
    private final Map<Long, ExecutorHost> hosts = new HashMap<>();

    private record Member(long host, ExecutorPort port) {}

    Roster(ExecutorStarter starter) {
        this.starter = starter;
    }

    void start(Command.Start start, List<Path> classPath, ExecutorEvents events) {
        ExecutorHost host = hosts.computeIfAbsent(
                start.host(),
                number -> start.commands() ? starter.startForCommands() : starter.start(classPath, start.lanes()));
        members.put(start.executor(), new Member(start.host(), host.join(events)));
    }

    Optional<ExecutorPort> executor(long number) {
        return Optional.ofNullable(members.get(number)).map(Member::port);
    }

    /** It is dead; so is its process when no other shares it, or nobody will care. */
    void remove(long number) {
        Member gone = members.remove(number);
        if (gone != null && members.values().stream().noneMatch(other -> other.host == gone.host)) {
            hosts.remove(gone.host);
        }
    }
}
