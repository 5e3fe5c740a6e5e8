package io.sheaf.cli;

import io.sheaf.client.local.LocalNode;
import io.sheaf.client.session.CoordinatorAddress;
import io.sheaf.client.session.Session;
import io.sheaf.client.session.Sessions;

/** How a command comes by a session. */
interface Connector {
    /** With a running coordinator. */
    Session connect(CoordinatorAddress address);

    /** With a node of this many processes that ends with the session. */
    Session local(int processes);

    /** The same, to run nothing but commands of the operating system. */
    default Session localForCommands(int processes) {
        return local(processes);
    }

    /** What the command line uses. */
    static Connector real() {
        return new Connector() {
            @Override
            public Session connect(CoordinatorAddress address) {
                return Sessions.connect(address);
            }

            @Override
            public Session local(int processes) {
                return LocalNode.start(processes);
            }

            @Override
            public Session localForCommands(int processes) {
                return LocalNode.startForCommands(processes);
            }
        };
    }
}
