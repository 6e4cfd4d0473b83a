/**
 * Ways to train with several workers, behind the seam of the training loop.
 *
 * <p>Not here: the loop, and how gradients travel.
 */
@NullMarked
package ai.cresset.parallel.strategy;

import org.jspecify.annotations.NullMarked;
