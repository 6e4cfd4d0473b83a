package ai.cresset.train;

import org.jspecify.annotations.Nullable;

/**
 * One step, over all ranks.
 *
 * @param step steps done, this one included
 * @param epoch the step's epoch, from 0
 * @param loss mean training loss
 * @param weight what the mean was taken over
 * @param samples samples of all ranks
 * @param learningRate of the first parameter group
 * @param gradientNorm before clipping; null if gradients are not clipped
 */
public record StepReport(
    long step,
    long epoch,
    double loss,
    double weight,
    long samples,
    double learningRate,
    @Nullable Double gradientNorm) {}
