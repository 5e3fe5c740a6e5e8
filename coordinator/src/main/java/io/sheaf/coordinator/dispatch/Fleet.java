package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The workers that are here, by name and by port. For one thread. */
final class Fleet {
    private final Map<WorkerId, Member> members = new LinkedHashMap<>();
    private final Map<WorkerPort, Member> byPort = new HashMap<>();

    /** A registered worker; its time is milliseconds since 1970, by how many of which its own clock was ahead then. */
    record Member(WorkerInfo info, WorkerPort port, long joinedAt, long clockAhead) {}

    /** Enters a worker; returns the earlier registration under that name, if there was one. */
    Optional<Member> enter(FromWorker.Register who, WorkerPort port, long now) {
        WorkerInfo info = who.info();
        Member member = new Member(info, port, now, who.now() - now);
        Optional<Member> earlier = Optional.ofNullable(members.put(info.id(), member));
        earlier.ifPresent(old -> byPort.remove(old.port));
        byPort.put(port, member);
        return earlier;
    }

    /** Removes whoever speaks through the port; empty when that registration is over already. */
    Optional<Member> remove(WorkerPort port) {
        Optional<Member> gone = Optional.ofNullable(byPort.remove(port));
        gone.ifPresent(member -> members.remove(member.info.id()));
        return gone;
    }

    @Nullable
    Member at(WorkerPort port) {
        return byPort.get(port);
    }

    @Nullable
    Member named(WorkerId id) {
        return members.get(id);
    }

    Collection<Member> all() {
        return members.values();
    }
}
