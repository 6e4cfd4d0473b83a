package ai.cresset.jobs.workload;

import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.nn.Module;
import ai.cresset.train.Objective;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.Device;
import java.io.Serializable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a kind of recipe gives to the workers: a model, an objective and data, made by each. */
public interface Trainable extends Serializable {
  /**
   * Builds the model and opens the data.
   *
   * @param settings decide which samples make up a step
   * @param device where the model lives
   */
  Parts open(TrainSettings settings, Device device);

  /**
   * What a worker trains; closed by it.
   *
   * @param model its frozen parameters are not trained
   * @param objective the loss, and the score where the recipe has one
   * @param training the samples to train on
   * @param plan which of them make up a step
   * @param validation the samples to validate on
   * @param test the samples for the end; null for none
   * @param unit what speed is counted in
   * @param sample a text that the model writes at the end; empty for none
   * @param exhibit what people see of the model at the end
   */
  record Parts(
      Module model,
      Objective objective,
      Dataset training,
      BatchPlan plan,
      Dataset validation,
      @Nullable Dataset test,
      TrainingTask.Unit unit,
      Supplier<String> sample,
      Exhibit exhibit)
      implements AutoCloseable {
    /** Without an exhibit. */
    public Parts(
        Module model,
        Objective objective,
        Dataset training,
        BatchPlan plan,
        Dataset validation,
        @Nullable Dataset test,
        TrainingTask.Unit unit,
        Supplier<String> sample) {
      this(model, objective, training, plan, validation, test, unit, sample, Exhibit.NONE);
    }

    public Parts withObjective(Objective other) {
      return new Parts(model, other, training, plan, validation, test, unit, sample, exhibit);
    }

    @Override
    public void close() {
      try (Module first = model;
          Dataset second = training;
          Dataset third = validation) {
        if (test != null) {
          test.close();
        }
      }
    }
  }
}
