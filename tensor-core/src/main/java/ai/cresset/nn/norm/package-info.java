/**
 * Normalisation layers.
 *
 * <p>Not here: statistics across workers.
 */
@NullMarked
package ai.cresset.nn.norm;

import org.jspecify.annotations.NullMarked;
