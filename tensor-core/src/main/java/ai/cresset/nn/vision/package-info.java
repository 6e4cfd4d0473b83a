/**
 * Layers that give images other sizes and orders.
 *
 * <p>Not here: what they compute, which stands in {@code nn.functional.Vision}.
 */
@NullMarked
package ai.cresset.nn.vision;

import org.jspecify.annotations.NullMarked;
