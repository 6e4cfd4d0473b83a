package ai.cresset.train;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step, over all ranks.
 *
 * @param step steps done, this one included
 * @param epoch the step's epoch, from 0
 * @param loss mean training loss; the sum of those of the players, where there are several
 * @param weight what the mean was taken over
 * @param samples samples of all ranks
 * @param learningRate of the first parameter group
 * @param gradientNorm before clipping; null if gradients are not clipped
 * @param players the loss of each player by name; empty where all parameters follow one loss
 */
public record StepReport(
    long step,
    long epoch,
    double loss,
    double weight,
    long samples,
    double learningRate,
    @Nullable Double gradientNorm,
    Map<String, Double> players) {}
