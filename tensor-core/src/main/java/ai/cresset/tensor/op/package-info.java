/**
 * One operation, one file: shape rule, forward and backward side by side.
 *
 * <p>Not here: kernels (backends) and the graph (autograd).
 */
@NullMarked
package ai.cresset.tensor.op;

import org.jspecify.annotations.NullMarked;
