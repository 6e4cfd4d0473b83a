/**
 * {@code Tensor} and its family interfaces: what users write programs with.
 *
 * <p>This package, {@code tensor.op} and {@code tensor.autograd} are one slice: they need each
 * other by nature. Not here: layers, losses with state, files.
 */
@NullMarked
package ai.cresset.tensor;

import org.jspecify.annotations.NullMarked;
