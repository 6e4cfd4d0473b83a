/**
 * Learning rates as functions of the step, and what applies them to an optimizer.
 *
 * <p>Not here: schedules of other things, such as loss scales.
 */
@NullMarked
package ai.cresset.optim.schedule;

import org.jspecify.annotations.NullMarked;
