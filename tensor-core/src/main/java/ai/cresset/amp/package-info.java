/**
 * Mixed precision: which operations run in bfloat16 or float16, and gradients scaled so that small
 * ones do not vanish.
 *
 * <p>Not here: the element types themselves, and where a training loop opens an autocast.
 */
@NullMarked
package ai.cresset.amp;

import org.jspecify.annotations.NullMarked;
