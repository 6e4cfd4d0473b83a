/**
 * Normalisation layers.
 *
 * <p>Not here: how workers talk to each other, which {@code parallel} knows; a {@link
 * ai.cresset.nn.norm.StatisticsGroup} is all that is asked of it.
 */
@NullMarked
package ai.cresset.nn.norm;

import org.jspecify.annotations.NullMarked;
