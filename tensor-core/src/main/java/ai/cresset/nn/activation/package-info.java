/**
 * Activations as modules, one file each, under PyTorch's names in Java's spelling ({@code ReLU6} is
 * {@code Relu6}).
 *
 * <p>Not here: the functions, which stand in {@code nn.functional.Activations}.
 */
@NullMarked
package ai.cresset.nn.activation;

import org.jspecify.annotations.NullMarked;
