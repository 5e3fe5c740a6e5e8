package io.sheaf.worker.execution;

import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.DeathReport;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which code is here, how often in a row its executors came to nothing, and when the next may be started. */
final class Bundles {
    /** After so many executors that died before they ran anything, a bundle is given up. */
    static final int TRIES = 3;

    /** How long to wait after the first that came to nothing; twice as long after each further one. */
    static final long FIRST_PAUSE_NANOS = 200_000_000;

    private final Set<CodeId> asked = new HashSet<>();
    private final Set<CodeId> here = new HashSet<>();
    private final Map<CodeId, Integer> vain = new HashMap<>();
    private final Map<CodeId, Long> pauses = new HashMap<>();
    private final Map<CodeId, Long> pausedUntil = new HashMap<>();

    /**
     * Whether an executor of that bundle may be started.
     *
     * @param othersServe whether there is one already: then those that do not come up are not tried for ever
     */
    boolean mayStart(CodeId bundle, boolean othersServe) {
        return here.contains(bundle)
                && !pausedUntil.containsKey(bundle)
                && (!othersServe || vain.getOrDefault(bundle, 0) < TRIES);
    }

    /** Lets time pass: pauses begin and end. */
    void timePassed(long now) {
        pauses.forEach((bundle, nanos) -> pausedUntil.put(bundle, now + nanos));
        pauses.clear();
        pausedUntil.values().removeIf(until -> until - now <= 0);
    }

    /** When the next pause ends; {@link Long#MAX_VALUE}: there is none. */
    long nextDeadline() {
        return pausedUntil.values().stream().mapToLong(until -> until).min().orElse(Long.MAX_VALUE);
    }

    /** Waits with the next executor, after so many in a row that came to nothing. */
    void pause(CodeId bundle, int failures) {
        pauses.put(bundle, FIRST_PAUSE_NANOS << Math.min(failures - 1, 8));
    }

    /** Whether the code must be asked for, since nobody has. */
    boolean ask(CodeId bundle) {
        return asked.add(bundle);
    }

    void arrived(CodeId bundle) {
        here.add(bundle);
    }

    /** It did not arrive; the next job that needs it asks again. */
    void missing(CodeId bundle) {
        asked.remove(bundle);
        here.remove(bundle);
    }

    /** An executor has run its first item. */
    void worked(CodeId bundle) {
        vain.remove(bundle);
    }

    /** An executor died without having run anything; returns whether the bundle is to be given up. */
    boolean diedInVain(CodeId bundle, boolean othersServe) {
        int failures = vain.merge(bundle, 1, Integer::sum);
        pause(bundle, failures);
        if (failures < TRIES || othersServe) {
            return false;
        }
        vain.remove(bundle);
        missing(bundle);
        return true;
    }

    /** Why nothing of the bundle can run. */
    static String reason(DeathReport last) {
        return TRIES + " executors in a row died before they ran anything. The last: " + inWords(last);
    }

    static String inWords(DeathReport death) {
        String lines = death.lastStderr().isEmpty() ? "" : "; it said: " + String.join(" / ", death.lastStderr());
        return death.headline() + lines;
    }
}
