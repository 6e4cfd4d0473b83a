/** Servers in processes of their own, killed and found again. */
@NullMarked
package ai.cresset.parallel.server.apart;

import org.jspecify.annotations.NullMarked;
