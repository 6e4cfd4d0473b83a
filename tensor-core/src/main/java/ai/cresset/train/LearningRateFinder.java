package ai.cresset.train;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DivergenceException;
import ai.cresset.nn.StateDict;
import ai.cresset.optim.OptimizerState;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for a learning rate: trains for some steps while the rate rises from very small to very
 * large, and proposes a tenth of the rate with the lowest loss, where it still fell steeply (Smith
 * 2017, "Cyclical Learning Rates"). Model and optimizer are then what they were before. Every rank
 * calls it, and finds the same.
 */
public final class LearningRateFinder {
  private static final double SMOOTHING = 0.9;
  private static final double BELOW_BEST = 0.1;
  private static final double DIVERGED = 4;

  private final TrainingTask task;
  private final TrainerConfig config;
  private final Strategy strategy;

  /**
   * A search for this task, whose schedule and validation data play no part.
   *
   * @param config {@code steps} is how many learning rates are tried
   */
  public LearningRateFinder(TrainingTask task, TrainerConfig config, Strategy strategy) {
    if (config.steps() < 10) {
      throw ConfigException.value(
          "steps of the learning-rate finder", config.steps(), "at least 10");
    }
    this.task = task;
    this.config = config;
    this.strategy = strategy;
  }

  /**
   * A learning rate that was tried.
   *
   * @param loss smoothed over the steps before
   */
  public record Point(double learningRate, double loss) {}

  /**
   * What was found.
   *
   * @param points in the order of rising rates; ends where the loss went up
   * @param proposal a tenth of the rate with the lowest loss
   */
  public record Result(List<Point> points, double proposal) {
    public Result {
      points = List.copyOf(points);
    }
  }

  /** Tries rates from 1e-6 to 1. */
  public Result find() {
    return find(1e-6, 1);
  }

  /**
   * Tries rates between these, each as many times the one before.
   *
   * @throws ConfigException if the loss never fell
   */
  public Result find(double from, double to) {
    if (!(from > 0 && to > from)) {
      throw ConfigException.value(
          "range of the learning-rate finder", from + " to " + to, "0 < first < last");
    }
    double factor = StrictMath.pow(to / from, 1.0 / (config.steps() - 1));
    TrainingTask tried =
        new TrainingTask(
            task.model(),
            task.optimizer(),
            (step, initial) -> from * StrictMath.pow(factor, step),
            task.objective(),
            task.training(),
            task.plan(),
            null,
            task.unit());
    Watch watch = new Watch();
    boolean training = task.model().isTraining();
    try (StateDict shared = task.model().stateDict();
        StateDict weights = shared.copy();
        OptimizerState state = task.optimizer().stateDict()) {
      try (OptimizerState kept = copy(state)) {
        try {
          new Trainer(tried, config.withAverage(0), strategy).callback(watch).run();
        } catch (DivergenceException e) {
          watch.ended = true; // the rates before this one are what was looked for
        } finally {
          task.model().loadStateDict(weights);
          task.optimizer().loadStateDict(kept);
          task.optimizer().zeroGrad();
          task.model().train(training);
        }
      }
    }
    return new Result(watch.points, proposal(watch.points));
  }

  private static OptimizerState copy(OptimizerState state) {
    OptimizerState copy = new OptimizerState();
    state.tensors().forEach((name, tensor) -> copy.put(name, tensor.detachedClone()));
    state.numbers().forEach(copy::put);
    return copy;
  }

  private static double proposal(List<Point> points) {
    int best = 0;
    for (int i = 1; i < points.size(); i++) {
      best = points.get(i).loss() < points.get(best).loss() ? i : best;
    }
    if (best < 2) {
      throw ConfigException.because(
          "the learning-rate finder saw the loss fall at none of "
              + points.size()
              + " learning rates; give it more steps, a larger batch or smaller rates");
    }
    return points.get(best).learningRate() * BELOW_BEST;
  }

  /** Keeps the points and ends the run when the loss is far above the best one. */
  private static final class Watch implements TrainingCallback {
    private final List<Point> points = new ArrayList<>();
    private double average;
    private double best = Double.POSITIVE_INFINITY;
    private boolean ended;

    @Override
    public void afterStep(StepReport report) {
      average = SMOOTHING * average + (1 - SMOOTHING) * report.loss();
      double loss = average / (1 - StrictMath.pow(SMOOTHING, points.size() + 1.0));
      best = Math.min(best, loss);
      if (loss > best + (DIVERGED - 1) * Math.abs(best)) {
        ended = true;
      } else {
        points.add(new Point(report.learningRate(), loss));
      }
    }

    @Override
    public boolean stops() {
      return ended;
    }
  }
}
