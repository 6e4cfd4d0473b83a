package ai.cresset.cuda;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.CifarCnn;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.Module;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Losses;
import ai.cresset.optim.Adam;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;

/** The same training steps on the CPU and on a device: losses within 1e-3, nothing left behind. */
final class TrainingCheck {
  private static final double TOLERANCE = 1e-3;
  private static final long SEED = 1337;

  private final CheckReport report;
  private final Device device;
  private final int steps;

  TrainingCheck(CheckReport report, Device device, int steps) {
    this.report = report;
    this.device = device;
    this.steps = steps;
  }

  /** A GPT of this width on random tokens. */
  void gpt(int layers, long width, int context, int batch) {
    GptConfig config =
        new GptConfig(65, context, layers, 4, width, 0, false, true, GeluApproximation.NONE);
    compare(
        "GPT of width " + width,
        placement -> {
          Gpt gpt = new Gpt(config, placement);
          Tensor tokens =
              Creation.randint(0, 65, Shape.of(batch, context + 1), new Generator(SEED))
                  .to(placement.device());
          Tensor inputs = tokens.narrow(1, 0, context).contiguous();
          Tensor targets = tokens.narrow(1, 1, context).contiguous();
          return losses(gpt, () -> gpt.loss(inputs, targets).mean());
        });
  }

  /** A convolutional network of this width on random images. */
  void cnn(long width, int batch) {
    compare(
        "CNN of width " + width,
        placement -> {
          CifarCnn cnn = new CifarCnn(10, width, placement);
          Generator random = new Generator(SEED);
          Spec images = new Spec(Shape.of(batch, 3, 32, 32), DType.FLOAT32, placement.device());
          Tensor inputs = Creation.normal(images, 0, 1, random);
          Tensor targets = Creation.randint(0, 10, Shape.of(batch), random).to(placement.device());
          cnn.eval(); // dropout draws in another order on another device
          return losses(cnn, () -> Losses.crossEntropy(cnn.call(inputs), targets));
        });
  }

  private double[] losses(Module model, Supplier<Tensor> loss) {
    double[] losses = new double[steps];
    try (model;
        AdamW optimizer =
            new AdamW(ParameterGroup.single(model.namedParameters()), Adam.Config.of(1e-3))) {
      for (int step = 0; step < steps; step++) {
        try (Scope scope = Scope.open("step")) {
          optimizer.zeroGrad();
          Tensor value = loss.get();
          value.backward();
          optimizer.step();
          losses[step] = value.item();
        }
      }
    }
    return losses;
  }

  /** Lets cuBLAS take its workspace, which stays. */
  static void warmUp(Device device) {
    try (Scope scope = Scope.open("warm-up")) {
      Tensor a = Tensor.ones(new Spec(Shape.of(2, 2), DType.FLOAT32, device));
      a.matmul(a).sum().item();
    }
  }

  private void compare(String name, Function<Placement, double[]> training) {
    double[] expected = run(name, Device.CPU, training);
    warmUp(device);
    long before = Cuda.memoryStatistics(device).allocatedBytes();
    long launches = Cuda.launches(device);
    double[] got = run(name, device, training);
    launches = Cuda.launches(device) - launches;
    double worst = 0;
    for (int step = 0; step < steps; step++) {
      double difference = Math.abs(got[step] - expected[step]) / Math.abs(expected[step]);
      worst = Double.isFinite(difference) ? Math.max(worst, difference) : Double.MAX_VALUE;
    }
    report.verdict(
        worst <= TOLERANCE && launches > steps,
        String.format(
            Locale.ROOT,
            "%s: %d steps, loss %.5f to %.5f, CPU %.5f, largest relative difference %.2e, %d kernels",
            name,
            steps,
            got[0],
            got[steps - 1],
            expected[steps - 1],
            worst,
            launches));
    long left = Cuda.memoryStatistics(device).allocatedBytes() - before;
    report.verdict(
        left == 0,
        String.format(Locale.ROOT, "%s: %d bytes of device memory left behind", name, left));
  }

  private double[] run(String name, Device where, Function<Placement, double[]> training) {
    Generator before = Generator.use(new Generator(SEED));
    try (Allocator allocator = Allocator.create(name + " on " + where, Long.MAX_VALUE);
        Allocator.Binding bound = allocator.bind();
        Scope scope = Scope.open(name)) {
      return training.apply(new Placement(DType.FLOAT32, where));
    } finally {
      Generator.use(before);
    }
  }
}
