package io.sheaf.coordinator.dispatch;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who is told of jobs: the client that a live one belongs to, and those who watch. For one thread. */
final class Audience {
    private final Map<ClientPort, Set<JobRecord>> ownedBy = new HashMap<>();
    private final Map<JobRecord, ClientPort> owners = new HashMap<>();

    /** The job ends with that client. */
    void own(ClientPort client, JobRecord job) {
        owners.put(job, client);
        ownedBy.computeIfAbsent(client, key -> new LinkedHashSet<>()).add(job);
    }

    @Nullable
    ClientPort owner(JobRecord job) {
        return owners.get(job);
    }

    /** Its owner, and who watches it. */
    Set<ClientPort> of(JobRecord job) {
        Set<ClientPort> all = new LinkedHashSet<>(job.watchers);
        ClientPort owner = owners.get(job);
        if (owner != null) {
            all.add(owner);
        }
        return all;
    }

    /** The client is gone; gives the jobs that were its own. */
    Set<JobRecord> gone(ClientPort client) {
        Set<JobRecord> live = Optional.ofNullable(ownedBy.remove(client)).orElse(Set.of());
        live.forEach(owners::remove);
        return live;
    }

    /** The job has ended; nobody is told of it any more. */
    void over(JobRecord job) {
        job.watchers.clear();
        ClientPort owner = owners.remove(job);
        if (owner != null) {
            Optional.ofNullable(ownedBy.get(owner)).ifPresent(live -> live.remove(job));
        }
    }
}
