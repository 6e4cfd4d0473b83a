package ai.cresset.train;

import ai.cresset.data.SampleCounts;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to.
 *
 * @param steps optimizer steps of the whole run
 * @param resumedFrom the step this attempt went on from; 0 if it began
 * @param trainingLoss mean training loss of the last step; NaN if this attempt made none
 * @param firstEvaluation validation before the first step of the run; null without validation set
 * @param lastEvaluation validation after the last step; null without validation set
 * @param samples samples used and dropped since the run began, over all attempts that count
 * @param datasetSize samples in the training set
 * @param unitsPerSecond speed of this attempt, without evaluation and checkpoints; NaN without
 *     steps
 * @param dataWait the part of that time that this rank waited for samples, from 0 to 1; NaN without
 *     steps
 * @param unit what speed is counted in
 * @param seconds wall time of this attempt
 * @param checkpoint name of the last checkpoint; null if none was taken
 */
public record TrainingSummary(
    long steps,
    long resumedFrom,
    double trainingLoss,
    @Nullable Evaluation firstEvaluation,
    @Nullable Evaluation lastEvaluation,
    SampleCounts samples,
    long datasetSize,
    double unitsPerSecond,
    double dataWait,
    String unit,
    double seconds,
    @Nullable String checkpoint)
    implements Serializable {}
