/**
 * Channels between ranks that are threads of one JVM: a ring of bytes in each direction.
 *
 * <p>Not here: shared memory between processes.
 */
@NullMarked
package ai.cresset.parallel.comm.local;

import org.jspecify.annotations.NullMarked;
