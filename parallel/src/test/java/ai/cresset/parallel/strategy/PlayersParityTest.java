package ai.cresset.parallel.strategy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.data.TensorDataset;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.model.GenerativeAdversarialNetwork;
import ai.cresset.model.ImageCoderConfig;
import ai.cresset.nn.Placement;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.optim.schedule.Constant;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.Objective;
import ai.cresset.train.Player;
import ai.cresset.train.Trainer;
import ai.cresset.train.TrainerConfig;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Players that take turns on several ranks do what one rank does, with uneven and empty shares. */
class PlayersParityTest {
  private static final int IMAGES = 11;
  private static final int LATENT = 3;

  /** Trains a tiny generator and its discriminator; gives all parameters. */
  private record Game(int ranks, int zero) implements Worker<double[]> {
    @Override
    public double[] run(WorkerContext context) {
      Generator before = Generator.use(new Generator(7 + context.rank())); // rank 0's weights win
      try (ProcessGroup world = context.connect(CommOptions.defaults());
          GenerativeAdversarialNetwork model =
              new GenerativeAdversarialNetwork(
                  new ImageCoderConfig(1, 4, 4, LATENT, 1, 4, true),
                  new Placement(DType.FLOAT64, Device.CPU));
          Parallelize parallel =
              Parallelize.apply(
                  model, world, ParallelOptions.of(zero == 0 ? copies() : shards(), zero));
          Optimizer optimizer =
              parallel.optimizer(
                  parts ->
                      new Sgd(ParameterGroup.single(parts), Sgd.Config.of(0.3).withMomentum(0.9)));
          TensorDataset images = images()) {
        TrainingTask task =
            new TrainingTask(
                model,
                optimizer,
                new Constant(),
                new Turns(model),
                images,
                new BatchPlan(new ShuffledSampler(IMAGES, 1), 4, false), // 4, 4, 3
                null,
                TrainingTask.Unit.SAMPLES);
        TrainerConfig config =
            TrainerConfig.of(6).withMaxGradientNorm(0.5).withLoader(new LoaderOptions(2, 1));
        new Trainer(task, config, parallel.strategy()).run();
        return model.parameters().stream()
            .flatMapToDouble(each -> Arrays.stream(each.toDoubleArray()))
            .toArray();
      } finally {
        Generator.use(before);
      }
    }

    private ParallelDims copies() {
      return ParallelDims.of(ranks, 1);
    }

    private ParallelDims shards() {
      return ParallelDims.of(1, ranks);
    }

    private static TensorDataset images() {
      Random random = new Random(3);
      double[] elements = random.doubles(IMAGES * 16L).toArray();
      double[] numbers = random.doubles((long) IMAGES * LATENT).map(each -> 2 * each - 1).toArray();
      try (Scope scope = Scope.open("images")) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(Batch.INPUTS, Tensor.of(elements, IMAGES, 1, 4, 4));
        tensors.put("latent", Tensor.of(numbers, IMAGES, LATENT));
        return new TensorDataset(tensors);
      }
    }
  }

  /** The discriminator first. */
  private record Turns(GenerativeAdversarialNetwork model) implements Objective {
    @Override
    public Loss loss(Batch batch) {
      return model.discriminatorLoss(batch.inputs(), batch.get("latent"), 1);
    }

    @Override
    public List<Player> players() {
      return List.of(
          new Player("discriminator", model.discriminator(), this),
          new Player(
              "generator", model.generator(), batch -> model.generatorLoss(batch.get("latent"))));
    }
  }

  private static List<double[]> train(int ranks, int zero) {
    return new ThreadLauncher(LaunchOptions.of(ranks)).launch(new Game(ranks, zero));
  }

  @Test
  void ranksEqualOneProcess() {
    double[] alone = train(1, 0).get(0);
    for (int ranks : new int[] {2, 4}) { // with 4 some have nothing in the third step
      List<double[]> results = train(ranks, 0);
      for (double[] result : results) {
        assertArrayEquals(alone, result, 1e-10, ranks + " ranks");
        assertArrayEquals(results.get(0), result, "ranks differ in bits");
      }
    }
  }

  @Test
  void stateThatIsCutIsRefused() {
    RuntimeException refused = assertThrows(RuntimeException.class, () -> train(2, 1));
    Throwable cause = refused;
    while (!(cause instanceof ConfigException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    assertEquals(ConfigException.class, cause.getClass());
    assertTrue(
        String.valueOf(cause.getMessage())
            .startsWith("the parts of this model take turns (discriminator, generator), which"),
        cause.getMessage());
  }
}
