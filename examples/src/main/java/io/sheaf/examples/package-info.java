/** Small programs to copy: each shows one way to put work on every core. */
@NullMarked
package io.sheaf.examples;

import org.jspecify.annotations.NullMarked;
