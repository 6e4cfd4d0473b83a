/**
 * Metrics counted as sums, so that those of several workers can be added.
 *
 * <p>Not here: losses, which have gradients, and where figures are reported to.
 */
@NullMarked
package ai.cresset.metric;

import org.jspecify.annotations.NullMarked;
