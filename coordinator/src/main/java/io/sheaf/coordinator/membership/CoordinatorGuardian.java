package io.sheaf.coordinator.membership;

import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import io.sheaf.protocol.link.LinkMessage;
import java.util.function.Consumer;

/** The root of the coordinator's actors. */
final class CoordinatorGuardian {

    private CoordinatorGuardian() {}

    static Behavior<Void> create(Consumer<LinkMessage> receiver) {
        return Behaviors.setup(context -> {
            context.spawn(RegistrarActor.create(receiver), "registrar", Props.empty());
            return Behaviors.empty();
        });
    }
}
