/**
 * Layers that lay elements around their input, one file each under PyTorch's names.
 *
 * <p>Not here: what they compute, which stands in {@code nn.functional.Padding}.
 */
@NullMarked
package ai.cresset.nn.padding;

import org.jspecify.annotations.NullMarked;
