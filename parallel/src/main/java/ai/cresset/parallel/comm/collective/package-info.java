/**
 * The algorithms behind the collectives, on slices of native memory and channels to peers, and the
 * arithmetic of reductions. Each runs on the calling thread and never reads a thread-local.
 *
 * <p>Not here: queues, sequence numbers, failure of a group.
 */
@NullMarked
package ai.cresset.parallel.comm.collective;

import org.jspecify.annotations.NullMarked;
