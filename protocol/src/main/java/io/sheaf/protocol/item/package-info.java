/**
 * Items and results as bytes. A {@link io.sheaf.protocol.item.Segment} is a run of neighbours, made by
 * {@link io.sheaf.protocol.item.SegmentWriter}, cut by whoever passes it on without looking inside, and read by
 * {@link io.sheaf.protocol.item.SegmentReader}. {@link io.sheaf.protocol.item.Intervals} says which items are done.
 */
@NullMarked
package io.sheaf.protocol.item;

import org.jspecify.annotations.NullMarked;
