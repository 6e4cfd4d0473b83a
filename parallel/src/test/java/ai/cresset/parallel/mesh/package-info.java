/** Places of ranks and parts of tensors, by themselves and with ranks as threads. */
@NullMarked
package ai.cresset.parallel.mesh;

import org.jspecify.annotations.NullMarked;
