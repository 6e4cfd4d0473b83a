/**
 * First values of parameters, as {@code torch.nn.init} defines them, drawn from a counter-based
 * generator: same generator state, same bits on every backend.
 *
 * <p>Not here: which layer uses which; each layer's file says so.
 */
@NullMarked
package ai.cresset.nn.init;

import org.jspecify.annotations.NullMarked;
