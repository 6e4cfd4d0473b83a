/** Tests of compression that need no ranks. */
@NullMarked
package ai.cresset.parallel.comm.compression;

import org.jspecify.annotations.NullMarked;
