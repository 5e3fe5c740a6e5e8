/** The HTTP port: where the session port is, and whether the coordinator lives. */
@NullMarked
package io.sheaf.coordinator.rest;

import org.jspecify.annotations.NullMarked;
