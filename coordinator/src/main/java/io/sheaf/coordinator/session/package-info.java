/** Where clients come in: {@link io.sheaf.coordinator.session.SessionServer} accepts, a session per client follows. */
@NullMarked
package io.sheaf.coordinator.session;

import org.jspecify.annotations.NullMarked;
