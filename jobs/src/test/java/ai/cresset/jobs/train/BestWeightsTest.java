package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.jobs.workload.Score;
import ai.cresset.nn.init.Init;
import ai.cresset.nn.layer.Linear;
import ai.cresset.train.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The weights that did best in an evaluation come back at the end. */
@NullUnmarked
final class BestWeightsTest {
  @TempDir private Path directory;

  private static Evaluation accuracy(double score, double loss) {
    return new Evaluation(loss, 100, score);
  }

  private static void set(Linear model, double value) {
    Init.constant(model.weight(), value);
  }

  private static double value(Linear model) {
    return model.weight().toDoubleArray()[0];
  }

  @Test
  void theBestEvaluationWinsAlsoAfterResuming() throws IOException {
    CheckpointStore store = new LocalCheckpointStore(directory.resolve("best"));
    try (Linear model = new Linear(2, 1);
        BestWeights first = new BestWeights(Score.ACCURACY, new WholeWeights(model, store, true))) {
      set(model, 0);
      first.onEvaluate(0, accuracy(0.95, 2)); // before training does not count
      first.beforeStep(0);
      set(model, 1);
      first.onEvaluate(200, accuracy(0.9, 0.5));
      set(model, 2);
      first.onEvaluate(400, accuracy(0.8, 0.4));
      set(model, 3);
      first.onEvaluate(600, accuracy(0.9, 0.6));
      BestWeights.Best best = assertNotNullBest(first.restore());
      assertEquals(200, best.step());
      assertEquals(1, value(model));
    }
    assertEquals(List.of("step-000200.safetensors"), store.list(""));
    try (Linear model = new Linear(2, 1);
        BestWeights resumed =
            new BestWeights(Score.ACCURACY, new WholeWeights(model, store, false))) {
      resumed.beforeStep(300);
      set(model, 4);
      resumed.onEvaluate(400, accuracy(0.85, 0.1));
      assertEquals(new BestWeights.Best(200, accuracy(0.9, 0.5)), resumed.restore());
      assertEquals(1, value(model));
      set(model, 5);
      resumed.onEvaluate(600, accuracy(0.9, 0.3));
      assertEquals(600, assertNotNullBest(resumed.restore()).step());
      assertEquals(5, value(model));
    }
    // A run from the start does not look at what another one left.
    try (Linear model = new Linear(2, 1);
        BestWeights fresh = new BestWeights(Score.RMSE, new WholeWeights(model, store, true))) {
      fresh.beforeStep(0);
      assertNull(fresh.restore());
      fresh.onEvaluate(10, accuracy(4, 4));
      fresh.onEvaluate(20, accuracy(3, 5));
      fresh.onEvaluate(30, accuracy(Double.NaN, Double.NaN));
      assertEquals(20, assertNotNullBest(fresh.restore()).step());
    }
    assertEquals(List.of("step-000020.safetensors"), store.list(""));
  }

  private static BestWeights.Best assertNotNullBest(BestWeights.Best best) {
    assertNotNull(best);
    return best;
  }
}
