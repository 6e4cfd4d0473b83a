/** Tests of ranks that share the weights of layers. */
@NullMarked
package ai.cresset.parallel.tensor;

import org.jspecify.annotations.NullMarked;
