/**
 * Pruning: weights with elements that stay 0, chosen by size, at random or by hand ({@code
 * torch.nn.utils.prune}).
 *
 * <p>Not here: kernels that gain from zeros.
 */
@NullMarked
package ai.cresset.prune;

import org.jspecify.annotations.NullMarked;
