package io.sheaf.coordinator.membership;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.sheaf.protocol.link.LinkMessage;
import java.util.function.Consumer;

/** Where workers find the coordinator: passes on what they send. */
final class RegistrarActor {

    private RegistrarActor() {}

    static Behavior<LinkMessage> create(Consumer<LinkMessage> receiver) {
        return Behaviors.receiveMessage(message -> {
            receiver.accept(message);
            return Behaviors.same();
        });
    }
}
