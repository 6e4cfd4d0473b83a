/**
 * {@code torch.nn.functional}: what layers and losses compute, as functions of tensors without
 * state.
 *
 * <p>Here: one final class for each family (activations, losses, distances, ...). Not here: layers
 * that hold parameters ({@code ai.cresset.nn}) and the functions of {@code torch} itself, which are
 * methods of {@code Tensor} or stand in {@code ai.cresset.tensor.Functional}.
 */
@NullMarked
package ai.cresset.nn.functional;

import org.jspecify.annotations.NullMarked;
