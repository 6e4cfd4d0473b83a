/** Tests of {@code ai.cresset.parallel.checkpoint}. */
@NullMarked
package ai.cresset.parallel.checkpoint;

import org.jspecify.annotations.NullMarked;
