/**
 * What a device must be able to do: the narrow {@code Backend} contract on raw views, the language
 * of pointwise expressions, optional fused capabilities, and the registry.
 *
 * <p>Not here: shape rules of operations, gradients, type promotion. Those belong to {@code
 * ai.cresset.tensor}, which hands views of checked shapes to a backend.
 */
@NullMarked
package ai.cresset.backend;

import org.jspecify.annotations.NullMarked;
