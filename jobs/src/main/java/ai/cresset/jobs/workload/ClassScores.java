package ai.cresset.jobs.workload;

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
public final class ClassScores {
  private ClassScores() {}

  /** What classifiers minimise if nothing else is said: the cross entropy. */
  public static TargetLoss usual() {
    return new CrossEntropyLoss();
  }

  /** Targets as losses take them: shares of the classes have the scores' type. */
  public static Tensor fitting(Tensor targets, Tensor scores) {
    return targets.dtype().isFloating() ? targets.to(scores.dtype()) : targets;
  }

  /**
   * The cross entropy with classes that count differently.
   *
   * @param targets int64 {@code [batch]}, or shares of the classes, {@code [batch, classes]}
   * @param weights how much each class counts
   */
  public static Loss weighted(Tensor scores, Tensor targets, double[] weights) {
    Tensor weight = Tensor.of(weights, weights.length).to(scores.dtype()).to(scores.device());
    return Losses.crossEntropy(scores, fitting(targets, scores), weight, Losses.IGNORE_INDEX, 0);
  }

  /** The loss, and how many samples have their highest score where the target is. */
  public static ScoredLoss scored(TargetLoss loss, Tensor scores, Tensor targets) {
    Accuracy accuracy = new Accuracy();
    accuracy.update(scores, targets);
    return new ScoredLoss(loss.call(scores, targets), accuracy.sums()[0]);
  }
}
