/**
 * Pooling as modules, one file each.
 *
 * <p>Not here: what they compute, which stands in {@code nn.functional.Poolings}.
 */
@NullMarked
package ai.cresset.nn.pooling;

import org.jspecify.annotations.NullMarked;
