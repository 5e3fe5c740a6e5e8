package io.sheaf.launcher.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.wire.Bytes;

/** Messages that carry a number, and as many bytes as that number asks for: from 1 B to 2 MiB. */
final class Numbered {
    private static final CodeId FILE = new CodeId("ab".repeat(32));

    private Numbered() {}

    static FromWorker fromWorker(int number) {
        return new FromWorker.Printed(new JobId(number), new Output(number, false, "x".repeat(size(number))));
    }

    static ToWorker toWorker(int number) {
        return new ToWorker.CodePart(FILE, number, false, Bytes.wrap(new byte[size(number)]));
    }

    static void check(int number, FromWorker message) {
        assertThat(message).isInstanceOfSatisfying(FromWorker.Printed.class, printed -> {
            assertThat(printed.job().number()).isEqualTo(number);
            assertThat(printed.output().text()).hasSize(size(number));
        });
    }

    static void check(int number, ToWorker message) {
        assertThat(message).isInstanceOfSatisfying(ToWorker.CodePart.class, part -> {
            assertThat(part.offset()).isEqualTo(number);
            assertThat(part.data().length()).isEqualTo(size(number));
        });
    }

    private static int size(int number) {
        int hash = Integer.reverseBytes(number * 0x9E3779B1) >>> 1;
        if (number % 1000 == 999) {
            return 1 + hash % (2 << 20);
        }
        return 1 + hash % (number % 100 == 99 ? 64 << 10 : 512);
    }
}
