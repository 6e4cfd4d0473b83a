package ai.cresset.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.cuda.OnCuda;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.SequentialSampler;
import ai.cresset.data.TensorDataset;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Mlp;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Losses;
import ai.cresset.optim.Adam;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.schedule.WarmUpCosine;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Index;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.Resume;
import ai.cresset.train.SingleDevice;
import ai.cresset.train.Trainer;
import ai.cresset.train.TrainerConfig;
import ai.cresset.train.TrainingSummary;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The training loop with its checkpoints, and whatever else reads or makes tensors of a device. */
@NullUnmarked
@OnCuda
class DeviceTrainingTest {
  private static final Device DEVICE = Device.cuda(0);

  private final Allocator allocator = Allocator.create("device training", 1 << 30);
  private Allocator.Binding bound = () -> {};
  private long before;

  @BeforeEach
  void bind() {
    bound = allocator.bind();
    TrainingCheck.warmUp(DEVICE);
    before = Cuda.memoryStatistics(DEVICE).allocatedBytes();
  }

  @AfterEach
  void nothingIsLeft() {
    bound.close();
    allocator.close();
    Cuda.emptyCache(DEVICE);
    assertEquals(before, Cuda.memoryStatistics(DEVICE).allocatedBytes());
  }

  private static TensorDataset samples(int count) {
    try (Scope scope = Scope.open("samples")) {
      Spec spec = new Spec(Shape.of(count, 4), DType.FLOAT32, Device.CPU);
      Tensor inputs = Creation.normal(spec, 0, 1, new Generator(3));
      return new TensorDataset(
          Map.of("inputs", inputs, "targets", inputs.sum(new int[] {1}, true).sin()));
    }
  }

  private record Trained(float[] weights, TrainingSummary summary) {}

  /** Steps on a device; a checkpoint every three, from which a second run goes on. */
  private static Trained train(Device device, Path directory, int steps) {
    Generator seed = Generator.use(new Generator(5));
    try (Mlp model = new Mlp(new Placement(DType.FLOAT32, device), 4, 8, 1);
        AdamW optimizer =
            new AdamW(
                ParameterGroup.decayMatrices(model.namedParameters(), 0.1), Adam.Config.of(0.02));
        TensorDataset training = samples(24);
        TensorDataset validation = samples(10)) {
      TrainingTask task =
          new TrainingTask(
              model,
              optimizer,
              new WarmUpCosine(1, 20, 0.001),
              batch -> Losses.mseLoss(model.call(batch.inputs()), batch.targets()),
              training,
              new BatchPlan(new SequentialSampler(24), 8, true),
              validation,
              TrainingTask.Unit.SAMPLES);
      TrainerConfig config =
          TrainerConfig.of(steps)
              .withMaxGradientNorm(0.5)
              .withEvaluation(2, 5)
              .withLoader(new LoaderOptions(4, 2));
      TrainingSummary summary =
          new Trainer(task, config, new SingleDevice())
              .checkpoints(
                  new CheckpointPolicy(
                      new LocalCheckpointStore(directory),
                      "run",
                      steps,
                      3,
                      2,
                      Resume.AUTO,
                      Map.of()))
              .run();
      return new Trained(
          model.namedParameters().values().iterator().next().toFloatArray(), summary);
    } finally {
      Generator.use(seed);
    }
  }

  @Test
  void trainingResumesAndAgreesWithTheCpu(@TempDir Path host, @TempDir Path there) {
    Trained expected = train(Device.CPU, host, 8);
    train(DEVICE, there, 3);
    Trained got = train(DEVICE, there, 8);
    assertEquals(3, got.summary().resumedFrom());
    assertArrayEquals(expected.weights(), got.weights(), 1e-4f);
    assertEquals(
        expected.summary().lastEvaluation().loss(), got.summary().lastEvaluation().loss(), 1e-4);
  }

  @Test
  void randomElementsHaveTheSameBitsAsOnTheHost() {
    try (Scope scope = Scope.open("random")) {
      Spec host = new Spec(Shape.of(1001), DType.FLOAT32, Device.CPU);
      Spec there = new Spec(Shape.of(1001), DType.FLOAT32, DEVICE);
      assertArrayEquals(
          Creation.uniform(host, -1, 2, new Generator(7)).toFloatArray(),
          Creation.uniform(there, -1, 2, new Generator(7)).toFloatArray());
      assertArrayEquals(
          Creation.normal(host, 0, 1, new Generator(8)).toFloatArray(),
          Creation.normal(there, 0, 1, new Generator(8)).toFloatArray());
    }
  }

  @Test
  void tensorsOfADeviceAreReadPrintedAndIndexedLikeOthers() {
    try (Scope scope = Scope.open("tensors")) {
      Tensor host = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
      Tensor there = host.to(DEVICE);
      assertEquals(host.toString().replace(")", ", device='cuda:0')"), there.toString());
      assertEquals(21, there.sum().item());
      assertArrayEquals(
          new float[] {6, 4}, there.get(Index.at(1), Index.index(2, 0)).toFloatArray());
      assertArrayEquals(new float[] {4, 5, 6}, there.get(Index.mask(there.gt(3))).toFloatArray());
      there.copy_(host.mul(2));
      assertArrayEquals(new float[] {2, 4, 6, 8, 10, 12}, there.toFloatArray());
      Tensor drawn =
          Creation.multinomial(Tensor.of(new float[] {0, 1}, 2).to(DEVICE), 3, new Generator(1));
      assertEquals(DEVICE, drawn.device());
      assertTrue(there.allClose(there.to(Device.CPU).to(DEVICE)));
    }
  }
}
