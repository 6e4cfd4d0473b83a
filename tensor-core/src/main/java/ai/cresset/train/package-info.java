/**
 * The one training loop: steps, schedule, accumulation, clipping, evaluation, checkpoints,
 * resuming; callbacks; and the {@code Strategy} seam behind which a model is trained by several
 * workers.
 *
 * <p>Not here: any way to split a model or to talk to other workers.
 */
@NullMarked
package ai.cresset.train;

import org.jspecify.annotations.NullMarked;
