package ai.cresset.jobs.train;

import ai.cresset.metric.Accuracy;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.loss.CrossEntropyLoss;
import ai.cresset.nn.loss.TargetLoss;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.ScoredLoss;

/**
 * What a classifier's scores are worth: {@code [batch, classes]}, targets int64 {@code [batch]}.
 */
final class ClassScores {
  private ClassScores() {}

  /** What classifiers minimise if nothing else is said: the cross entropy. */
  static TargetLoss usual() {
    return new CrossEntropyLoss();
  }

  /**
   * The cross entropy of classes that count differently.
   *
   * @param targets int64 {@code [batch]}, or shares of the classes, {@code [batch, classes]}
   * @param weights how much each class counts; none where all count alike
   */
  static Loss loss(Tensor scores, Tensor targets, double[] weights) {
    Tensor fitting = targets.dtype().isFloating() ? targets.to(scores.dtype()) : targets;
    Tensor weight =
        weights.length == 0
            ? null
            : Tensor.of(weights, weights.length).to(scores.dtype()).to(scores.device());
    return Losses.crossEntropy(scores, fitting, weight, Losses.IGNORE_INDEX, 0);
  }

  /** The loss, and how many samples have their highest score where the target is. */
  static ScoredLoss scored(TargetLoss loss, Tensor scores, Tensor targets) {
    Accuracy accuracy = new Accuracy();
    accuracy.update(scores, targets);
    return new ScoredLoss(loss.call(scores, targets), accuracy.sums()[0]);
  }
}
