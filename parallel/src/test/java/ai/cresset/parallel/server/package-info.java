/** The parameter server: parity, staleness, losses, refusals. */
@NullMarked
package ai.cresset.parallel.server;

import org.jspecify.annotations.NullMarked;
