package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.error.CheckpointException;
import ai.cresset.nn.init.Init;
import ai.cresset.nn.layer.Linear;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.train.Evaluation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever uses a model that was trained takes the same weights of all that a run left. */
@NullUnmarked
final class TrainedWeightsTest {
  @TempDir private Path directory;

  /** Stores a checkpoint whose weights are the number of its step. */
  private void checkpoint(long step) {
    try (Linear model = new Linear(2, 1);
        Sgd optimizer =
            new Sgd(ParameterGroup.single(model.namedParameters()), Sgd.Config.of(0.1))) {
      Init.constant(model.weight(), step);
      CheckpointDirectory.claim(
              new LocalCheckpointStore(directory.resolve("checkpoints")), "run " + step, 0)
          .save(
              model,
              optimizer,
              new TrainingState.Progress(
                  step, 0, step, 1, List.of(), "", "", Map.of(), Map.of(), Map.of()));
    }
  }

  private void assertTaken(String words, long weights, Long step) {
    RunDirectory run = new RunDirectory(directory.toString(), new Configuration());
    try (Linear model = new Linear(2, 1)) {
      assertEquals(words, TrainedWeights.load(run, step, model));
      assertEquals(weights, model.weight().toDoubleArray()[0]);
    }
  }

  @Test
  void thoseThatDidBestOrTheNewestUnlessAStepIsNamed() {
    RunDirectory run = new RunDirectory(directory.toString(), new Configuration());
    try (Linear model = new Linear(2, 1)) {
      String none =
          assertThrows(CheckpointException.class, () -> TrainedWeights.load(run, null, model))
              .getMessage();
      assertTrue(none.endsWith("checkpoints has no checkpoint"), none);
    }
    checkpoint(7);
    checkpoint(9);
    assertTaken("the newest weights, of step 9", 9, null);
    try (Linear model = new Linear(2, 1);
        WholeWeights best =
            new WholeWeights(model, new LocalCheckpointStore(directory.resolve("best")), true)) {
      Init.constant(model.weight(), 8);
      best.keep(new BestWeights.Best(8, new Evaluation(0.5, 100, 0.9)));
    }
    assertTaken("the weights that did best, of step 8", 8, null);
    assertTaken("the weights of step 9", 9, 9L);
    assertTaken("the weights of step 7", 7, 7L);
  }
}
