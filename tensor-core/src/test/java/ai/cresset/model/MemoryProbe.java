package ai.cresset.model;

import ai.cresset.memory.Scope;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.activation.Gelu;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.loss.CrossEntropyLoss;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.nn.pooling.MaxPool2d;
import ai.cresset.nn.recurrent.Lstm;
import ai.cresset.nn.recurrent.RecurrentOptions;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;

/**
 * A process that, after a warm start (a small network of every kind of layer is trained, random
 * numbers are drawn), trains ten steps of one workload and prints by how many bytes its resident
 * memory rose at the peak. What the warm start left free within malloc is given back before, or it
 * would hide what is allocated later; {@code step_memory.py} does the same.
 */
final class MemoryProbe {
  private static final int STEPS = 10;

  /** So many that what is measured is memory of tensors, not code that is compiled meanwhile. */
  private static final int WARM_UP_STEPS = 2000;

  /** Random numbers drawn after that, as weights are, but a few at a time. */
  private static final int DRAWS = 100;

  private static final int DRAWN = 10_000;

  /** Without a method compiled for so long, the compiler is at rest. */
  private static final long QUIET_MILLIS = 300;

  private static final Path STATUS = Path.of("/proc/self/status");

  private MemoryProbe() {}

  /** A little of everything that the workloads have. */
  private static final class Small extends Layer {
    private final Conv2d convolution =
        child("convolution", new Conv2d(3, 32, 3, ConvolutionOptions.DEFAULT.padding(1)));
    private final Conv2d deep =
        child("deep", new Conv2d(32, 64, 3, ConvolutionOptions.DEFAULT.padding(1)));
    private final BatchNorm2d norm = child("norm", new BatchNorm2d(64));
    private final Relu relu = child("relu", new Relu());
    private final MaxPool2d pool = child("pool", new MaxPool2d(2));
    private final Lstm lstm =
        child("lstm", new Lstm(64, 16, RecurrentOptions.DEFAULT.withBatchFirst(true)));
    private final LayerNorm layerNorm = child("layer_norm", new LayerNorm(16));
    private final Gelu gelu = child("gelu", new Gelu());
    private final Linear head = child("head", new Linear(16, 2));

    @Override
    protected Tensor forward(Tensor images) {
      Tensor features = pool.call(relu.call(norm.call(deep.call(convolution.call(images)))));
      Tensor hidden = lstm.call(features.flatten(2, 3).transpose(1, 2)).output();
      return head.call(gelu.call(layerNorm.call(hidden.select(1, -1))));
    }
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Generator.use(new Generator(0));
    try (Scope scope = Scope.open("warm start");
        Small small = new Small()) {
      Tensor images = Tensor.randn(8, 3, 8, 8);
      Tensor classes = Creation.randint(0, 2, Shape.of(8), Generator.current());
      CrossEntropyLoss crossEntropy = new CrossEntropyLoss();
      train(small, () -> crossEntropy.call(small.call(images), classes).mean(), WARM_UP_STEPS);
      for (int i = 0; i < DRAWS; i++) {
        try (Scope each = Scope.open("draw")) {
          Tensor.randn(DRAWN);
        }
      }
    }
    awaitCompiler();
    Pointer.trimMemory();
    long before = bytes("VmRSS");
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    TrainWorkload workload = TrainWorkload.of(arguments[0]);
    train(workload.model(), workload.loss(), STEPS);
    System.out.println(bytes("VmHWM") - before);
  }

  private static void awaitCompiler() throws InterruptedException {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    long before;
    do {
      before = compiler.getTotalCompilationTime();
      Thread.sleep(QUIET_MILLIS);
    } while (compiler.getTotalCompilationTime() > before);
  }

  private static void train(Module model, Supplier<Tensor> loss, int steps) {
    try (Optimizer optimizer =
        new AdamW(ParameterGroup.single(model.namedParameters()), AdamW.config(1e-3))) {
      for (int i = 0; i < steps; i++) {
        try (Scope scope = Scope.open("step")) {
          optimizer.zeroGrad();
          Tensor value = loss.get();
          value.backward();
          optimizer.step();
          value.item();
        }
      }
    }
  }

  private static long bytes(String key) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(key)) {
        return Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
      }
    }
    throw new IOException(STATUS + " has no " + key);
  }
}
