package ai.cresset.train;

import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.DataLoader;
import ai.cresset.data.Dataset;
import ai.cresset.data.LoadedStep;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.SequentialSampler;
import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.tensor.autograd.GradMode;
import org.jspecify.annotations.Nullable;

/** The mean loss over a whole data set, every sample once, shared out over the ranks. */
public final class Evaluator {
  private final Module model;
  private final Objective objective;
  private final Dataset dataset;
  private final long batchSize;
  private final LoaderOptions loader;
  private final Strategy strategy;

  /**
   * An evaluator.
   *
   * @param batchSize samples at once, over all ranks
   */
  public Evaluator(
      Module model,
      Objective objective,
      Dataset dataset,
      long batchSize,
      LoaderOptions loader,
      Strategy strategy) {
    this.model = model;
    this.objective = objective;
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.loader = loader;
    this.strategy = strategy;
  }

  /** Evaluates in evaluation mode and without gradients; the mode is restored. */
  public Evaluation evaluate() {
    boolean training = model.isTraining();
    model.eval();
    try (GradMode.Restore off = GradMode.disable()) {
      double[] total = strategy.sum(run());
      if (total[1] == 0) {
        throw DataException.because(
            "the validation set has nothing that counts; check its targets and the ignore index");
      }
      return new Evaluation(total[0] / total[1], total[1], total[2] / total[1]);
    } finally {
      model.train(training);
    }
  }

  /** This rank's sums: of the losses, their weights and the scores. */
  private double[] run() {
    BatchPlan plan = new BatchPlan(new SequentialSampler(dataset.size()), batchSize, false);
    double[] sums = new double[3];
    try (DataLoader samples =
        DataLoader.start(
            dataset, plan, strategy.share(), where(model, loader), 0, plan.stepsPerEpoch())) {
      while (true) {
        try (Scope scope = Scope.open("evaluation")) {
          @Nullable LoadedStep step = samples.next();
          if (step == null) {
            return sums;
          }
          for (Batch batch : step.microBatches()) {
            add(sums, batch);
          }
        }
      }
    }
  }

  /** Options with the device of a model's parameters, unless one was chosen. */
  static LoaderOptions where(Module model, LoaderOptions options) {
    return model.namedParameters().values().stream()
        .findFirst()
        .map(parameter -> parameter.device())
        .filter(device -> !device.isHost())
        .map(options::orOn)
        .orElse(options);
  }

  private void add(double[] sums, Batch batch) {
    try (Scope scope = Scope.open("evaluated batch")) {
      double[] found = strategy.evaluate(objective, batch);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += found[i];
      }
    }
  }
}
