package io.sheaf.coordinator.membership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import io.sheaf.protocol.link.LinkMessage;
import java.util.function.BiConsumer;

/** The root of the coordinator's actors. */
final class CoordinatorGuardian {

    private CoordinatorGuardian() {}

    static Behavior<Void> create(BiConsumer<ActorRef<LinkMessage>, LinkMessage> receiver) {
        return Behaviors.setup(context -> {
            context.spawn(RegistrarActor.create(receiver), "registrar", Props.empty());
            return Behaviors.empty();
        });
    }
}
