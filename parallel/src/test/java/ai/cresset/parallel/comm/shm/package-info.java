/** Tests of shared memory that need no ranks. */
@NullMarked
package ai.cresset.parallel.comm.shm;

import org.jspecify.annotations.NullMarked;
