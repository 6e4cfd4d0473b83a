package ai.cresset.model;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Flatten;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.loss.CrossEntropyLoss;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.nn.pooling.MaxPool2d;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Samples trained per second: forward, loss, backward and AdamW on random data, the loss read each
 * step. Prints {@code name value samples/s}, the median of the steps after three of warm-up. With a
 * peer, PyTorch and this take turns on the same workload; then {@code pytorch_name value samples/s}
 * and {@code name_ratio value x} follow, above 1 where this is faster.
 *
 * <p>Usage: {@code TrainStepBenchmark [--seconds S] [--peer PYTHON] [workload ...]} with the
 * workloads {@code gpt}, {@code mlp} and {@code cnn}. The number of threads is the process's
 * ({@code OMP_NUM_THREADS}), for the peer too.
 */
public final class TrainStepBenchmark {
  private static final int WARM_UP_STEPS = 3;
  private static final int FEWEST_STEPS = 3;
  private static final int ROUNDS = 4;
  private static final Map<String, Supplier<Workload>> WORKLOADS = new TreeMap<>();

  static {
    WORKLOADS.put("mlp", TrainStepBenchmark::mlp);
    WORKLOADS.put("gpt", TrainStepBenchmark::gpt);
    WORKLOADS.put("cnn", TrainStepBenchmark::cnn);
  }

  private TrainStepBenchmark() {}

  private record Workload(String name, int batch, Module model, Supplier<Tensor> loss) {}

  /** What to measure, for how long, and beside whom. */
  private record Options(List<String> workloads, double seconds, @Nullable String peer) {
    static Options parse(String[] arguments) {
      List<String> names = new ArrayList<>();
      double seconds = 6;
      String peer = null;
      for (int i = 0; i < arguments.length; i++) {
        String word = arguments[i];
        if (!word.startsWith("--")) {
          names.add(word);
          continue;
        }
        if (++i == arguments.length) {
          throw ConfigException.because(word + " needs a value");
        }
        switch (word) {
          case "--seconds" -> seconds = positive(arguments[i]);
          case "--peer" -> peer = arguments[i];
          default -> throw ConfigException.because("unknown option " + word);
        }
      }
      for (String name : names) {
        if (!WORKLOADS.containsKey(name)) {
          throw ConfigException.value(
              "workload", "'" + name + "'", "one of " + String.join(", ", WORKLOADS.keySet()));
        }
      }
      return new Options(names.isEmpty() ? List.copyOf(WORKLOADS.keySet()) : names, seconds, peer);
    }

    private static double positive(String text) {
      try {
        double value = Double.parseDouble(text);
        if (value > 0) {
          return value;
        }
      } catch (NumberFormatException e) {
        // refused below
      }
      throw ConfigException.value("--seconds", "'" + text + "'", "a number above 0");
    }
  }

  public static void main(String[] arguments) throws IOException {
    try {
      Options options = Options.parse(arguments);
      String threads = System.getenv().getOrDefault("OMP_NUM_THREADS", "1");
      Path script =
          Path.of(System.getProperty("cresset.home", ".")).resolve("tests/peers/train_steps.py");
      String python = options.peer();
      try (PyTorchSteps peer =
          python == null ? null : new PyTorchSteps(python, script, Integer.parseInt(threads))) {
        for (String name : options.workloads()) {
          measure(name, options.seconds(), peer);
        }
      }
    } catch (ConfigException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(2);
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

  private static void measure(String name, double seconds, @Nullable PyTorchSteps peer)
      throws IOException {
    Generator.use(new Generator(0));
    Workload workload = Objects.requireNonNull(WORKLOADS.get(name)).get();
    Optimizer optimizer =
        new AdamW(ParameterGroup.single(workload.model().namedParameters()), AdamW.config(1e-3));
    for (int i = 0; i < WARM_UP_STEPS; i++) {
      step(workload, optimizer);
    }
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    // In turns, so that both see the same machine.
    for (int round = 0; round < ROUNDS; round++) {
      train(workload, optimizer, seconds / ROUNDS, ours);
      if (peer != null) {
        theirs.addAll(peer.train(name, seconds / ROUNDS));
      }
    }
    print(name + " %.1f samples/s%n", workload.batch() / median(ours));
    if (peer != null) {
      print("pytorch_" + name + " %.1f samples/s%n", workload.batch() / median(theirs));
      print(name + "_ratio %.2f x%n", median(theirs) / median(ours));
    }
    optimizer.close();
    workload.model().close();
  }

  private static void train(
      Workload workload, Optimizer optimizer, double seconds, List<Double> times) {
    long begin = System.nanoTime();
    for (int i = 0; i < FEWEST_STEPS || System.nanoTime() - begin < seconds * 1e9; i++) {
      long start = System.nanoTime();
      step(workload, optimizer);
      times.add((System.nanoTime() - start) / 1e9);
    }
  }

  private static double median(List<Double> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }

  private static void print(String format, double value) {
    System.out.printf(Locale.ROOT, format, value);
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
