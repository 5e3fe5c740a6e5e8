/** How cost grows with work: {@link GrowthMain} measures, {@link Plot} draws. */
@NullMarked
package io.sheaf.benchmark.growth;

import org.jspecify.annotations.NullMarked;
