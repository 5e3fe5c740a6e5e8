/**
 * Whether the whole keeps its promises. {@link io.sheaf.acceptance.ArchitectureTest} and {@link
 * io.sheaf.acceptance.TidyTest} hold the rules of the code base, {@link io.sheaf.acceptance.SpecsAreWholeTest} guards the
 * specs, which lie in src/test/scala and start real processes from the built distribution.
 */
@NullMarked
package io.sheaf.acceptance;

import org.jspecify.annotations.NullMarked;
