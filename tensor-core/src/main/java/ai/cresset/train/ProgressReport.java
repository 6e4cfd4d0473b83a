package ai.cresset.train;

import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is. The same on every rank but for the times.
 *
 * @param step steps done
 * @param totalSteps steps of the whole run
 * @param epoch the epoch of the last step, from 0
 * @param loss mean training loss of the last step, over all ranks
 * @param learningRate of the last step, of the first parameter group
 * @param gradientNorm of the last step, before clipping; null if it was not needed
 * @param unitsPerSecond over all ranks, since the last report, without evaluation and checkpoints
 * @param dataWait the part of that time that this rank waited for samples, from 0 to 1
 * @param unit what is counted, such as {@code tokens}
 * @param secondsLeft at the speed of this run so far
 * @param players the last step's loss of each player by name; empty where there is one loss
 * @param evaluation the newest one; null before the first
 */
public record ProgressReport(
    long step,
    long totalSteps,
    long epoch,
    double loss,
    double learningRate,
    @Nullable Double gradientNorm,
    double unitsPerSecond,
    double dataWait,
    String unit,
    double secondsLeft,
    Map<String, Double> players,
    @Nullable Evaluation evaluation)
    implements Serializable {}
