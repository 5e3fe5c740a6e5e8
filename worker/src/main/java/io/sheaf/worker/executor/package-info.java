/** The main of a child JVM that runs user code: depends on the JDK and the protocol only, and ships as a jar of its own. */
@NullMarked
package io.sheaf.worker.executor;

import org.jspecify.annotations.NullMarked;
