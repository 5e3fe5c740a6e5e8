/** One client's conversation with a coordinator, below pools and the command line. */
@NullMarked
package io.sheaf.client.session;

import org.jspecify.annotations.NullMarked;
