package ai.cresset.jobs.train;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.error.CheckpointException;
import ai.cresset.nn.Module;
import ai.cresset.optim.AveragedWeights;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The weights that a training run left in its directory. */
final class TrainedWeights {
  private TrainedWeights() {}

  /**
   * A checkpoint of the run.
   *
   * @param step after which it was taken; null for the newest
   * @throws CheckpointException if there is none
   */
  static TrainingCheckpoint checkpoint(RunDirectory run, @Nullable Long step) {
    CheckpointDirectory checkpoints = run.checkpoints();
    if (step == null) {
      return checkpoints
          .latest()
          .orElseThrow(
              () -> CheckpointException.because(checkpoints.location() + " has no checkpoint"));
    }
    String name = String.format(Locale.ROOT, "step-%06d", step);
    List<String> found =
        checkpoints.names().stream()
            .filter(each -> each.equals(name) || each.startsWith(name + "."))
            .toList();
    return checkpoints.open(found.isEmpty() ? name : found.get(found.size() - 1));
  }

  /** Gives a model the weights of a checkpoint: the average of them where there is one. */
  static void load(TrainingCheckpoint checkpoint, Module model) {
    checkpoint.loadModel(model);
    if (checkpoint.hasAverage()) {
      try (AveragedWeights average = AveragedWeights.equal(model.namedParameters())) {
        checkpoint.loadAverage(average);
        average.copyToWeights();
      }
    }
  }

  /**
   * Gives a model the weights that did best on validation data, however the run's workers stored
   * them; those of the newest checkpoint if no evaluation chose any.
   */
  static void loadBest(RunDirectory run, Module model) {
    CheckpointStore store = run.best();
    try (WholeWeights whole = new WholeWeights(model, store, false)) {
      if (whole.read() != null) {
        whole.restore();
        return;
      }
    }
    load(CheckpointDirectory.open(store).latest().orElseGet(() -> checkpoint(run, null)), model);
  }
}
