package io.sheaf.worker.link;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import io.sheaf.protocol.link.LinkMessage;
import java.util.function.Consumer;

/** The root of a worker's actors: passes on what the coordinator sends, and that somebody has come into the cluster. */
final class WorkerGuardian {

    private WorkerGuardian() {}

    /**
     * The behaviour.
     *
     * @param self told where this actor listens, once it does
     * @param onMember called when this member sees another, or itself, for the first time
     */
    static Behavior<LinkMessage> create(
            Consumer<ActorRef<LinkMessage>> self, Consumer<LinkMessage> receiver, Runnable onMember) {
        return Behaviors.setup(context -> {
            ActorRef<ClusterEvent.MemberJoined> members = context.spawn(
                    Behaviors.receiveMessage(event -> {
                        onMember.run();
                        return Behaviors.same();
                    }),
                    "members");
            Cluster.get(context.getSystem())
                    .subscriptions()
                    .tell(Subscribe.create(members, ClusterEvent.MemberJoined.class));
            self.accept(context.getSelf());
            return Behaviors.receiveMessage(message -> {
                receiver.accept(message);
                return Behaviors.same();
            });
        });
    }
}
