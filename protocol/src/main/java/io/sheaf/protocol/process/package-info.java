/** JVMs that run one action of a user: {@link ChildJvm} starts one and says how it ended, {@link ChildMain} is its main. */
@NullMarked
package io.sheaf.protocol.process;

import org.jspecify.annotations.NullMarked;
