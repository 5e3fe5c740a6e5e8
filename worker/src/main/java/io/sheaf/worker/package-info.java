/** The node on each host: takes leases, feeds executor processes, reports what became of the items. */
@NullMarked
package io.sheaf.worker;

import org.jspecify.annotations.NullMarked;
