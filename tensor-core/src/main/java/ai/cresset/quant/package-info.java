/**
 * Quantization: tensors and linear layers in 8-bit integers, observers that find out the range of
 * values, and fake quantization for training that knows of it ({@code torch.ao.quantization}).
 *
 * <p>Not here: the product of integers itself, which is a capability of the backend.
 */
@NullMarked
package ai.cresset.quant;

import org.jspecify.annotations.NullMarked;
