/**
 * Layers from one tensor to one tensor, and containers of layers.
 *
 * <p>Not here: norms, attention and losses, which have packages of their own.
 */
@NullMarked
package ai.cresset.nn.layer;

import org.jspecify.annotations.NullMarked;
