/**
 * The encoder-decoder Transformer (Vaswani et al. 2017) in PyTorch's parts.
 *
 * <p>Not here: attention itself, nor embeddings and heads, which models add.
 */
@NullMarked
package ai.cresset.nn.transformer;

import org.jspecify.annotations.NullMarked;
