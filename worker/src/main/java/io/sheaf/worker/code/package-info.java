/** User code on this host: used in place where it is here already, else asked for once and kept by its SHA-256. */
@NullMarked
package io.sheaf.worker.code;

import org.jspecify.annotations.NullMarked;
