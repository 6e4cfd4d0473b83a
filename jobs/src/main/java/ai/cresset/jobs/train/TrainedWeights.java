package ai.cresset.jobs.train;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.error.CheckpointException;
import ai.cresset.nn.Module;
import ai.cresset.optim.AveragedWeights;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

  /**
   * Gives a model the weights of a step, where one is named; else those that did best on validation
   * data, where the run kept them; else the newest.
   *
   * @param step null for none
   * @return which they are, in words
   * @throws CheckpointException if there are none
   */
  static String load(RunDirectory run, @Nullable Long step, Module model) {
    if (step != null) {
      load(checkpoint(run, step), model);
      return "the weights of step " + step;
    }
    CheckpointStore store = run.best();
    try (WholeWeights whole = new WholeWeights(model, store, false)) {
      BestWeights.Best best = whole.read();
      if (best != null) {
        whole.restore();
        return best(best.step());
      }
    }
    Optional<TrainingCheckpoint> cut = CheckpointDirectory.open(store).latest();
    if (cut.isPresent()) {
      load(cut.get(), model);
      return best(cut.get().state().step());
    }
    TrainingCheckpoint newest = checkpoint(run, null);
    load(newest, model);
    return "the newest weights, of step " + newest.state().step();
  }

  private static String best(long step) {
    return "the weights that did best, of step " + step;
  }

  /** The average of the weights, where there is one. */
  private static void load(TrainingCheckpoint checkpoint, Module model) {
    checkpoint.loadModel(model);
    if (checkpoint.hasAverage()) {
      try (AveragedWeights average = AveragedWeights.equal(model.namedParameters())) {
        checkpoint.loadAverage(average);
        average.copyToWeights();
      }
    }
  }
}
