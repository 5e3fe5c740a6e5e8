package io.sheaf.worker.link;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.sheaf.protocol.link.LinkMessage;
import java.util.function.Consumer;

/** The root of a worker's actors, and the only one: passes on what the coordinator sends. */
final class WorkerGuardian {

    private WorkerGuardian() {}

    /**
     * The behaviour.
     *
     * @param self told where this actor listens, once it does
     */
    static Behavior<LinkMessage> create(Consumer<ActorRef<LinkMessage>> self, Consumer<LinkMessage> receiver) {
        return Behaviors.setup(context -> {
            self.accept(context.getSelf());
            return Behaviors.receiveMessage(message -> {
                receiver.accept(message);
                return Behaviors.same();
            });
        });
    }
}
