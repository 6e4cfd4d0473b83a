/**
 * Tensor parallelism: ranks along the mesh axis {@code tensor} share the weights of layers. Which
 * layer is cut how is a plan beside the model; the model's modules stay what they are.
 *
 * <p>Not here: ranks that share the positions of a sequence ({@code sequence}), and what of a
 * tensor a rank holds ({@code mesh}).
 */
@NullMarked
package ai.cresset.parallel.tensor;

import org.jspecify.annotations.NullMarked;
