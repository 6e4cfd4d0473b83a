/**
 * Convolutions and transposed convolutions over one to three dimensions.
 *
 * <p>Not here: what they compute, which stands in {@code nn.functional.Convolutions}.
 */
@NullMarked
package ai.cresset.nn.convolution;

import org.jspecify.annotations.NullMarked;
