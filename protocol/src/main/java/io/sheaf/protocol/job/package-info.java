/** The nouns that all conversations share: jobs, what they run, the code they need, how items fail, how processes die. */
@NullMarked
package io.sheaf.protocol.job;

import org.jspecify.annotations.NullMarked;
