package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.scheduling.Reaction;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Repeated;
import java.util.ArrayList;
import java.util.List;

/** Leases as workers are told of them. */
final class Grants {
    private static final long LARGEST = 64 << 20;

    private Grants() {}

    /** One whose items are computed. */
    static List<ToWorker> of(Reaction.Command.Grant grant) {
        return List.of(granted(grant, grant.from(), grant.to(), List.of()));
    }

    /** The lease, in as many messages as its items need: none may be too long to be sent. */
    static List<ToWorker> of(Reaction.Command.Grant grant, List<Segment> items) {
        List<ToWorker> messages = new ArrayList<>();
        List<Segment> part = new ArrayList<>();
        long bytes = 0;
        for (Segment segment : items) {
            if (bytes > 0 && bytes + segment.size() > LARGEST) {
                messages.add(granted(grant, part));
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(segment);
            bytes += segment.size();
        }
        messages.add(granted(grant, part));
        return messages;
    }

    private static ToWorker granted(Reaction.Command.Grant grant, List<Segment> part) {
        long from = part.get(0).from();
        long to = part.get(part.size() - 1).to();
        return granted(grant, from, to, part);
    }

    private static ToWorker granted(Reaction.Command.Grant grant, long from, long to, List<Segment> items) {
        List<Repeated> repeated = Repeated.within(grant.repeated(), from, to);
        return new ToWorker.Granted(grant.lease(), grant.job(), from, to, items, repeated, grant.alone());
    }
}
