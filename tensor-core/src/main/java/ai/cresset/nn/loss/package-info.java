/**
 * Losses as sums with weights.
 *
 * <p>Not here: metrics, which have no gradient.
 */
@NullMarked
package ai.cresset.nn.loss;

import org.jspecify.annotations.NullMarked;
