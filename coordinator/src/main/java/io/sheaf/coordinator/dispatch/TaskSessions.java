package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobToken;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions that tasks have, each within its job, whose end ends them. For one thread, but for {@link #jobOf(String)},
 * which is safe for use by many.
 */
final class TaskSessions {
    private static final int SECRET_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final Map<JobId, JobToken> tokens = new HashMap<>();
    private final Map<String, JobId> jobs = new ConcurrentHashMap<>();
    private final Map<ClientPort, JobId> within = new HashMap<>();

    /** The token of a job that has not ended; the same each time. */
    JobToken tokenOf(JobId job) {
        return tokens.computeIfAbsent(job, key -> {
            byte[] secret = new byte[SECRET_BYTES];
            random.nextBytes(secret);
            JobToken token = new JobToken(JobToken.PREFIX + HexFormat.of().formatHex(secret));
            jobs.put(token.text(), job);
            return token;
        });
    }

    /** The token that a job had in an earlier life, which its tasks still show. */
    void restore(JobId job, JobToken token) {
        tokens.put(job, token);
        jobs.put(token.text(), job);
    }

    /** The job whose token that is; empty when it is none, or not any more. */
    Optional<JobId> jobOf(String token) {
        return Optional.ofNullable(jobs.get(token));
    }

    /** The job whose task has that session; empty for what is no task. */
    Optional<JobId> jobOf(ClientPort session) {
        return Optional.ofNullable(within.get(session));
    }

    /** Lets a task in; false when its job has ended since it came. */
    boolean enter(ClientPort session, JobId job) {
        if (!tokens.containsKey(job)) {
            return false;
        }
        within.put(session, job);
        return true;
    }

    void left(ClientPort session) {
        within.remove(session);
    }

    /** Nothing is to be left over of what tasks of the job have started. */
    void over(JobId job) {
        JobToken token = tokens.remove(job);
        if (token == null) {
            return;
        }
        jobs.remove(token.text());
        List<ClientPort> sessions = within.entrySet().stream()
                .filter(entry -> entry.getValue().equals(job))
                .map(Map.Entry::getKey)
                .toList();
        sessions.forEach(ClientPort::close);
    }
}
