/**
 * What turns one sample's tensor into another: the transforms of images, and the numbers that those
 * of chance draw, which follow from seed, epoch and sample alone.
 *
 * <p>Not here: reading files, and transforms of sound and text.
 */
@NullMarked
package ai.cresset.data.transform;

import org.jspecify.annotations.NullMarked;
