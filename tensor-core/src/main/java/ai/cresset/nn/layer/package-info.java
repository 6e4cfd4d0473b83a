/**
 * Linear layers, embeddings, dropout and layers that only change shapes.
 *
 * <p>Not here: activations, convolutions, norms and other families, which have packages of their
 * own.
 */
@NullMarked
package ai.cresset.nn.layer;

import org.jspecify.annotations.NullMarked;
