/**
 * Distances and similarities of vectors as modules.
 *
 * <p>Not here: losses, and what is computed, which stands in {@code nn.functional.Distances}.
 */
@NullMarked
package ai.cresset.nn.distance;

import org.jspecify.annotations.NullMarked;
