package io.sheaf.coordinator.membership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.sheaf.protocol.link.LinkMessage;
import java.util.function.BiConsumer;

/** Where workers find the coordinator: passes on what they send. */
final class RegistrarActor {

    private RegistrarActor() {}

    static Behavior<LinkMessage> create(BiConsumer<ActorRef<LinkMessage>, LinkMessage> receiver) {
        return Behaviors.receive((context, message) -> {
            receiver.accept(context.getSelf(), message);
            return Behaviors.same();
        });
    }
}
