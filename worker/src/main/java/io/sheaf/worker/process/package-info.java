/** The processes that run user code: started, fed, watched and ended. */
@NullMarked
package io.sheaf.worker.process;

import org.jspecify.annotations.NullMarked;
