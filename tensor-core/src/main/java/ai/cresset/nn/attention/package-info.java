/**
 * Attention over sequences.
 *
 * <p>Not here: the fused kernel, which is an operation of tensors.
 */
@NullMarked
package ai.cresset.nn.attention;

import org.jspecify.annotations.NullMarked;
