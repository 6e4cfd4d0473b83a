package ai.cresset.parallel.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.memory.Scope;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.nn.norm.RunningNormOptions;
import ai.cresset.nn.norm.SyncBatchNorm;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks that share the statistics of their batches against one process over the whole batch. */
class SyncBatchNormTest {
  private static final int BATCH = 7;
  private static final int CHANNELS = 3;
  private static final int SIDE = 4;
  private static final int PLANE = SIDE * SIDE;

  /**
   * What a rank has after some steps: outputs and gradients of the first, the state after the last.
   */
  private record Outcome(
      double[] outputs, double[] inputGradients, double[] gradients, double[] state)
      implements Serializable {}

  @ParameterizedTest(name = "samples {0}, {1}, momentum {2}")
  @CsvSource({
    "3-4, FLOAT64, 0.1",
    "1-6, FLOAT64, none",
    "2-1-4, FLOAT64, 0.3",
    "0-5-2, FLOAT64, 0.1",
    "3-4, FLOAT32, 0.1"
  })
  void ranksEqualOneProcess(String shares, DType dtype, String momentum) {
    int[] samples = Arrays.stream(shares.split("-", -1)).mapToInt(Integer::parseInt).toArray();
    Outcome single = run(new int[] {BATCH}, dtype, momentum, false).get(0);
    List<Outcome> ranks = run(samples, dtype, momentum, true);
    double tolerance = dtype == DType.FLOAT64 ? 1e-10 : 1e-5;
    assertClose("outputs", single.outputs, joined(ranks, true), tolerance);
    assertClose("input gradients", single.inputGradients, joined(ranks, false), tolerance);
    for (Outcome rank : ranks) {
      assertClose("gradients", single.gradients, rank.gradients, tolerance);
      assertClose("state", single.state, rank.state, tolerance);
      assertArrayEquals(ranks.get(0).state, rank.state, "ranks differ in their bits");
    }
  }

  private static double[] joined(List<Outcome> ranks, boolean outputs) {
    return ranks.stream()
        .flatMapToDouble(each -> Arrays.stream(outputs ? each.outputs : each.inputGradients))
        .toArray();
  }

  private static List<Outcome> run(
      int[] samples, DType dtype, String momentum, boolean synchronizing) {
    return new ThreadLauncher(LaunchOptions.of(samples.length))
        .launch(
            context -> {
              Generator.use(new Generator(3));
              try (ProcessGroup group = context.connect(CommOptions.defaults().withInJvm(false));
                  Sequential model = model(new Placement(dtype, Device.CPU), momentum);
                  Sgd optimizer =
                      new Sgd(
                          ParameterGroup.single(model.namedParameters()),
                          Sgd.Config.of(0.05).withMomentum(0.9));
                  DataParallel parallel =
                      new DataParallel(
                          model.parameters(), List.of(), group, new DataParallelOptions(64, 128))) {
                if (synchronizing) {
                  SyncBatchNorm.convert(model, new GroupStatistics(group));
                }
                int from = Arrays.stream(samples, 0, group.rank()).sum();
                return steps(model, optimizer, parallel, from, samples[group.rank()], dtype);
              }
            });
  }

  private static Sequential model(Placement placement, String momentum) {
    RunningNormOptions options =
        RunningNormOptions.BATCH.withMomentum(
            momentum.equals("none") ? null : (Double) Double.parseDouble(momentum));
    ConvolutionOptions same = ConvolutionOptions.DEFAULT.padding(1);
    return new Sequential(
        new Conv2d(CHANNELS, 4, 3, same, true, placement),
        new BatchNorm2d(4, options, placement),
        new Relu(),
        new Conv2d(4, 2, 3, same, false, placement),
        new BatchNorm2d(2, options, placement));
  }

  private static Outcome steps(
      Sequential model, Sgd optimizer, DataParallel parallel, int from, int count, DType dtype) {
    double[] outputs = {};
    double[] inputGradients = {};
    double[] gradients = {};
    for (int step = 0; step < 3; step++) {
      try (Scope scope = Scope.open("step")) {
        parallel.beginStep();
        Tensor images = part(step, from, count, CHANNELS).to(dtype).requiresGrad(true);
        Tensor weights = part(step + 100, from, count, 2).to(dtype);
        Tensor output = model.call(images);
        output.mul(weights).sum().backward();
        parallel.finishStep(0, count);
        if (step == 0) {
          outputs = output.toDoubleArray();
          Tensor gradient = images.grad();
          inputGradients = gradient == null ? new double[0] : gradient.toDoubleArray();
          gradients = values(model, true);
        }
        optimizer.step();
      }
    }
    return new Outcome(outputs, inputGradients, gradients, values(model, false));
  }

  /** This rank's part of a batch that all ranks agree on. */
  private static Tensor part(int seed, int from, int count, int channels) {
    double[] all = new Random(seed).doubles((long) BATCH * channels * PLANE, -1, 2).toArray();
    int size = channels * PLANE;
    double[] own = Arrays.copyOfRange(all, from * size, (from + count) * size);
    return Tensor.of(own, count, channels, SIDE, SIDE);
  }

  private static double[] values(Sequential model, boolean gradients) {
    List<Tensor> tensors = new ArrayList<>(model.parameters());
    if (!gradients) {
      tensors.addAll(model.namedBuffers().values());
    }
    return tensors.stream()
        .map(each -> gradients ? each.grad() : each)
        .flatMapToDouble(
            each ->
                each == null ? Arrays.stream(new double[0]) : Arrays.stream(each.toDoubleArray()))
        .toArray();
  }

  private static void assertClose(
      String what, double[] expected, double[] actual, double tolerance) {
    assertTrue(expected.length == actual.length, what + ": " + actual.length + " elements");
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    assertTrue(
        worst <= tolerance * Math.max(largest, 1e-3),
        what + " differ by " + worst + " where the largest is " + largest);
  }
}
