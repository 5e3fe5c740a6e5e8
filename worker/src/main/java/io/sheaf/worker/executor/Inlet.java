package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import java.util.List;
import java.util.function.Consumer;

/** Carries out what a lane is told, but for running items. For the thread that reads. */
final class Inlet {
    private final ItemQueue queue;
    private final Commons commons;
    private final Consumer<FromExecutor> send;

    /** @param send never waits: else nothing could be said to this process while much is to be written */
    Inlet(ItemQueue queue, Commons commons, Consumer<FromExecutor> send) {
        this.queue = queue;
        this.commons = commons;
        this.send = send;
    }

    void receive(ToExecutor message) {
        if (message instanceof ToExecutor.Begin) {
            send.accept(new FromExecutor.Ready(ProcessHandle.current().pid()));
        } else if (message instanceof ToExecutor.Load load) {
            LateClassPath.append(commons.classes, load.jars());
        } else if (message instanceof ToExecutor.Open open) {
            commons.open(open, send);
        } else if (message instanceof ToExecutor.Batch batch) {
            queue.add(new ItemQueue.Batch(batch));
        } else if (message instanceof ToExecutor.TakeBack takeBack) {
            report(queue.takeBack(takeBack.number()));
            send.accept(new FromExecutor.AllTakenBack(takeBack.number()));
        } else if (message instanceof ToExecutor.Interrupt interrupt) {
            report(queue.interrupt(interrupt.job()));
        } else if (message instanceof ToExecutor.InterruptItem interrupt) {
            queue.interrupt(interrupt.job(), interrupt.index());
        } else if (message instanceof ToExecutor.Tell tell) {
            OpenJob open = commons.job(tell.job());
            if (open != null) {
                open.tell(tell.message());
            }
        } else if (message instanceof ToExecutor.Close close) {
            commons.close(close.job());
        } else {
            queue.end();
        }
    }

    private void report(List<ItemQueue.GivenBack> back) {
        back.forEach(batch -> send.accept(new FromExecutor.TakenBack(batch.number(), batch.from())));
    }
}
