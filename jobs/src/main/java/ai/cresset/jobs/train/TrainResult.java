package ai.cresset.jobs.train;

import ai.cresset.train.Evaluation;
import ai.cresset.train.TrainingSummary;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker ends with.
 *
 * @param summary what the training loop says
 * @param best which weights the figures are of, by the evaluations on the way; null for those after
 *     the last step
 * @param validation the loss over the whole validation split, with those weights
 * @param test the same over the test data; null if the recipe has none
 * @param sample text written by the final weights; empty on all ranks but the first, or if none was
 *     asked for
 * @param exhibition what people see of the model
 * @param histograms of the weights, from the first rank; empty if none were asked for
 * @param notes more lines of the report; none for most recipes
 */
record TrainResult(
    TrainingSummary summary,
    BestWeights.@Nullable Best best,
    Evaluation validation,
    @Nullable Evaluation test,
    String sample,
    Exhibition exhibition,
    List<WeightHistograms.Named> histograms,
    List<String> notes)
    implements Serializable {}
