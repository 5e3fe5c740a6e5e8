/**
 * Who belongs to the cluster. {@link io.sheaf.coordinator.membership.Membership} links workers over Akka and says when
 * one has come, and when one is lost.
 */
@NullMarked
package io.sheaf.coordinator.membership;

import org.jspecify.annotations.NullMarked;
