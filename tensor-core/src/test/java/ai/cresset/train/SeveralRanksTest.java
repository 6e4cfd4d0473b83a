package ai.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.data.TensorDataset;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Mlp;
import ai.cresset.nn.functional.Losses;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.optim.schedule.ConstantFactor;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class SeveralRanksTest {
  private static final int SAMPLES = 23;

  @TempDir Path temporary;

  private record Result(TrainingSummary summary, List<float[]> weights) {}

  private static TensorDataset samples() {
    Random random = new Random(5);
    float[] inputs = new float[SAMPLES * 3];
    float[] targets = new float[SAMPLES * 2];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < targets.length; i++) {
      targets[i] = inputs[i / 2 * 3] * (i % 2 == 0 ? 1 : -2);
    }
    try (Scope scope = Scope.open()) {
      return new TensorDataset(
          Map.of(
              "inputs", Tensor.of(inputs, SAMPLES, 3), "targets", Tensor.of(targets, SAMPLES, 2)));
    }
  }

  /** Batches of 7 and, at the end of an epoch, of 2: with 4 ranks some have nothing to do. */
  private Result train(Strategy strategy, CheckpointPolicy policy, TrainingCallback callback) {
    Allocator allocator = Allocator.create("rank " + strategy.rank(), 1L << 28);
    Result result;
    try (Allocator.Binding bound = allocator.bind();
        TensorDataset samples = samples()) {
      Generator.use(new Generator(3));
      try (Mlp model = new Mlp(3, 8, 2);
          Sgd optimizer =
              new Sgd(
                  ParameterGroup.single(model.namedParameters()),
                  Sgd.Config.of(0.05).withMomentum(0.9))) {
        TrainingTask task =
            new TrainingTask(
                model,
                optimizer,
                new ConstantFactor(1, 1),
                batch -> Losses.mseLoss(model.call(batch.inputs()), batch.targets()),
                samples,
                new BatchPlan(new ShuffledSampler(SAMPLES, 1), 7, false),
                samples,
                TrainingTask.Unit.SAMPLES);
        Trainer trainer =
            new Trainer(
                    task,
                    TrainerConfig.of(20)
                        .withMaxGradientNorm(2)
                        .withEvaluation(0, 3)
                        .withLoader(new LoaderOptions(2, 1)),
                    strategy)
                .callback(callback);
        if (policy != null) {
          trainer.checkpoints(policy);
        }
        TrainingSummary summary = trainer.run();
        List<float[]> weights = new ArrayList<>();
        model.parameters().forEach(parameter -> weights.add(parameter.toFloatArray()));
        result = new Result(summary, weights);
      }
    }
    allocator.close();
    return result;
  }

  private List<Result> trainOn(int worldSize, CheckpointPolicy policy, TrainingCallback callback)
      throws Exception {
    ThreadRanks ranks = new ThreadRanks(worldSize);
    ExecutorService threads = Executors.newFixedThreadPool(worldSize);
    try {
      List<Future<Result>> running = new ArrayList<>();
      for (int rank = 0; rank < worldSize; rank++) {
        Strategy strategy = ranks.rank(rank);
        running.add(
            threads.submit(
                () -> {
                  try {
                    return train(strategy, policy, callback);
                  } catch (RuntimeException e) {
                    ranks.abort();
                    throw e;
                  }
                }));
      }
      List<Result> results = new ArrayList<>();
      for (Future<Result> each : running) {
        results.add(each.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static final TrainingCallback NOTHING = new TrainingCallback() {};

  @Test
  void unevenAndEmptySharesGiveWhatOneRankGives() throws Exception {
    Result alone = train(new SingleDevice(), null, NOTHING);
    for (int worldSize : new int[] {2, 4, 9}) {
      List<Result> results = trainOn(worldSize, null, NOTHING);
      for (Result result : results) {
        for (int i = 0; i < alone.weights().size(); i++) {
          assertArrayEquals(alone.weights().get(i), result.weights().get(i), 1e-5f);
          assertArrayEquals(results.get(0).weights().get(i), result.weights().get(i));
        }
        assertEquals(alone.summary().samples(), result.summary().samples());
        assertEquals(5 * SAMPLES, result.summary().samples().used());
        assertEquals(
            alone.summary().lastEvaluation().loss(),
            result.summary().lastEvaluation().loss(),
            1e-5);
        assertEquals(2.0 * SAMPLES, result.summary().lastEvaluation().weight());
      }
    }
  }

  @Test
  void ranksResumeTogetherFromTheCoordinatorsCheckpoint() throws Exception {
    List<Result> undisturbed = trainOn(3, null, NOTHING);
    LocalCheckpointStore store = new LocalCheckpointStore(temporary);
    TrainingCallback dying =
        new TrainingCallback() {
          @Override
          public void afterStep(StepReport report) {
            if (report.step() == 11) {
              throw new IllegalStateException("killed");
            }
          }
        };
    assertThrows(
        ExecutionException.class,
        () ->
            trainOn(3, new CheckpointPolicy(store, "run", 0, 5, 3, Resume.AUTO, Map.of()), dying));
    assertEquals(List.of("step-000005", "step-000010"), CheckpointDirectory.open(store).names());
    assertEquals(
        3,
        CheckpointDirectory.open(store).open("step-000010").state().randomStates().stream()
            .map(Generator.Key::seed)
            .distinct()
            .count());
    List<Result> resumed =
        trainOn(3, new CheckpointPolicy(store, "run", 1, 5, 3, Resume.REQUIRE, Map.of()), NOTHING);
    for (int rank = 0; rank < 3; rank++) {
      assertEquals(10, resumed.get(rank).summary().resumedFrom());
      assertEquals("step-000020", resumed.get(rank).summary().checkpoint());
      for (int i = 0; i < undisturbed.get(rank).weights().size(); i++) {
        assertArrayEquals(
            undisturbed.get(rank).weights().get(i), resumed.get(rank).weights().get(i), 0f);
      }
      assertTrue(resumed.get(rank).summary().seconds() > 0);
    }
  }
}
