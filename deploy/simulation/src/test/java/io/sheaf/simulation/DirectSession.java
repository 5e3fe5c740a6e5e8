package io.sheaf.simulation;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A session as the product's channel shows it to its users, without what happens inside. */
final class DirectSession implements Session {
    private final VirtualTime time;
    private final Conditions conditions;
    private final SplittableRandom random;
    private final Lane<FromWorker> up;
    private final Lane<ToWorker> down;
    private boolean cut;
    private boolean frozen;
    private boolean over;

    DirectSession(VirtualTime time, Conditions conditions, SplittableRandom random, Ends ends) {
        this.time = time;
        this.conditions = conditions;
        this.random = random;
        this.up = new Lane<>(message -> ends.atCoordinator(this, message));
        this.down = new Lane<>(message -> ends.atWorker(this, message));
    }

    private record Sent<M>(M message, long due) {}

    private final class Lane<M> {
        private final ArrayDeque<Sent<M>> underWay = new ArrayDeque<>();
        private final ArrayDeque<Sent<M>> unconfirmed = new ArrayDeque<>();
        private final Consumer<M> receiver;
        private boolean planned;
        private long last;
        private long taken;

        Lane(Consumer<M> receiver) {
            this.receiver = receiver;
        }

        void send(M message) {
            underWay.add(new Sent<>(message, arrival()));
            plan();
        }

        private long arrival() {
            long delay = conditions.delay() + (conditions.jitter() == 0 ? 0 : random.nextLong(conditions.jitter()));
            last = Math.max(last, time.now() + delay);
            return last;
        }

        void plan() {
            if (!planned && !cut && !underWay.isEmpty() && !over) {
                planned = true;
                time.at(underWay.element().due, this::deliver);
            }
        }

        private void deliver() {
            planned = false;
            while (!over && !cut && !underWay.isEmpty() && underWay.element().due <= time.now()) {
                Sent<M> sent = underWay.remove();
                unconfirmed.add(sent);
                receiver.accept(sent.message);
            }
            long confirmed = time.now() - conditions.delay() - conditions.jitter();
            while (taken > 0 && !unconfirmed.isEmpty() && unconfirmed.element().due < confirmed) {
                unconfirmed.remove();
                taken--;
            }
            plan();
        }
    }

    @Override
    public void toCoordinator(FromWorker message) {
        up.send(message);
    }

    @Override
    public void toWorker(ToWorker message) {
        down.send(message);
    }

    @Override
    public void taken(long messages) {
        up.taken += messages;
    }

    @Override
    public void cut() {
        cut = true;
    }

    @Override
    public void heal() {
        cut = false;
        up.plan();
        down.plan();
    }

    @Override
    public void freeze() {
        frozen = true;
    }

    @Override
    public void thaw() {
        frozen = false;
    }

    @Override
    public void workerGone() {
        // The system of the dead process may still have its last words, or not.
        while (!up.underWay.isEmpty() && random.nextBoolean()) {
            up.underWay.removeLast();
        }
    }

    @Override
    public void end() {
        over = true;
    }

    @Override
    public List<FromWorker> undelivered() {
        List<FromWorker> messages = new ArrayList<>();
        up.unconfirmed.forEach(sent -> messages.add(sent.message));
        up.underWay.forEach(sent -> messages.add(sent.message));
        return messages;
    }

    @Override
    public boolean isQuiet() {
        return up.underWay.isEmpty() && down.underWay.isEmpty() && !frozen;
    }
}
