package ai.cresset.model;

import ai.cresset.memory.Scope;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.layer.Conv2d;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Flatten;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.layer.MaxPool2d;
import ai.cresset.nn.layer.Relu;
import ai.cresset.nn.layer.Sequential;
import ai.cresset.nn.loss.CrossEntropyLoss;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Samples trained per second: forward, loss, backward and AdamW on random data, the loss read each
 * step. Prints {@code name value samples/s}, the median of the steps after three of warm-up.
 *
 * <p>Usage: {@code TrainStepBenchmark [--seconds S] [workload ...]} with the workloads {@code gpt},
 * {@code mlp} and {@code cnn}. The number of threads is the process's ({@code OMP_NUM_THREADS}).
 */
public final class TrainStepBenchmark {
  private static final int WARM_UP_STEPS = 3;
  private static final int FEWEST_STEPS = 5;

  private TrainStepBenchmark() {}

  private record Workload(String name, int batch, Module model, Supplier<Tensor> loss) {}

  public static void main(String[] arguments) {
    double seconds = 6;
    List<String> names = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--seconds")) {
        seconds = Double.parseDouble(arguments[++i]);
      } else {
        names.add(arguments[i]);
      }
    }
    for (String name : names.isEmpty() ? List.of("mlp", "gpt") : names) {
      Generator.use(new Generator(0));
      Workload workload =
          switch (name) {
            case "mlp" -> mlp();
            case "gpt" -> gpt();
            case "cnn" -> cnn();
            default ->
                throw new IllegalArgumentException(
                    "workload " + name + "; there are gpt, mlp and cnn");
          };
      measure(workload, seconds);
    }
  }

  /** A perceptron for 28 x 28 images, batches of 128. */
  private static Workload mlp() {
    Mlp model = new Mlp(784, 512, 256, 10);
    CrossEntropyLoss crossEntropy = new CrossEntropyLoss();
    Tensor images = Tensor.randn(128, 784);
    Tensor classes = Creation.randint(0, 10, Shape.of(128), Generator.current());
    return new Workload(
        "mlp", 128, model, () -> crossEntropy.call(model.call(images), classes).mean());
  }

  /** A plain CIFAR-10 network, batches of 32. */
  private static Workload cnn() {
    List<Layer> layers = new ArrayList<>();
    long channels = 3;
    for (long wider : new long[] {64, 64, 128, 128, 256, 256}) {
      layers.add(new Conv2d(channels, wider, 3, ConvolutionOptions.DEFAULT.padding(1)));
      layers.add(new BatchNorm2d(wider));
      layers.add(new Relu());
      if (channels == wider) {
        layers.add(new MaxPool2d(2));
      }
      channels = wider;
    }
    layers.add(new Flatten());
    layers.add(new Linear(256 * 16, 512));
    layers.add(new Relu());
    layers.add(new Dropout(0.5));
    layers.add(new Linear(512, 10));
    Sequential model = new Sequential(layers.toArray(Layer[]::new));
    CrossEntropyLoss crossEntropy = new CrossEntropyLoss();
    Tensor images = Tensor.randn(32, 3, 32, 32);
    Tensor classes = Creation.randint(0, 10, Shape.of(32), Generator.current());
    return new Workload(
        "cnn", 32, model, () -> crossEntropy.call(model.call(images), classes).mean());
  }

  /** nanoGPT's character model, batches of 8 windows of 256. */
  private static Workload gpt() {
    Gpt model =
        new Gpt(
            GptConfig.of(65, 256, 6, 6, 384)
                .withBias(true)
                .withTied(false)
                .withGelu(GeluApproximation.TANH));
    Tensor tokens = Creation.randint(0, 65, Shape.of(8, 256), Generator.current());
    Tensor targets = Creation.randint(0, 65, Shape.of(8, 256), Generator.current());
    return new Workload("gpt", 8, model, () -> model.loss(tokens, targets).mean());
  }

  private static void measure(Workload workload, double seconds) {
    Optimizer optimizer =
        new AdamW(ParameterGroup.single(workload.model().namedParameters()), AdamW.config(1e-3));
    for (int i = 0; i < WARM_UP_STEPS; i++) {
      step(workload, optimizer);
    }
    List<Double> times = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end || times.size() < FEWEST_STEPS) {
      long start = System.nanoTime();
      step(workload, optimizer);
      times.add((System.nanoTime() - start) / 1e9);
    }
    Collections.sort(times);
    double median = times.get(times.size() / 2);
    System.out.printf(
        Locale.ROOT, "%s %.1f samples/s%n", workload.name(), workload.batch() / median);
    optimizer.close();
    workload.model().close();
  }

  private static double step(Workload workload, Optimizer optimizer) {
    try (Scope scope = Scope.open("step")) {
      optimizer.zeroGrad();
      Tensor loss = workload.loss().get();
      loss.backward();
      optimizer.step();
      return loss.item();
    }
  }
}
