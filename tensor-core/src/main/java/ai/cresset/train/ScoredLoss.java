package ai.cresset.train;

import ai.cresset.tensor.Loss;

/**
 * A loss and a figure beside it that people look at, such as the number of right answers.
 *
 * @param loss sum and weight
 * @param score the figure, summed over what the weight counts; NaN for none
 */
public record ScoredLoss(Loss loss, double score) {}
