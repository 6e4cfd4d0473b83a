package ai.cresset.backend.cpu;

import ai.cresset.amp.Autocast;
import ai.cresset.backend.Backends;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Layer;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.layer.Linear;
import ai.cresset.quant.DynamicQuantizedLinear;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a linear layer of 1024 x 1024 takes in float32, in int8 and in bfloat16 (autocast), for
 * batches of 1, 32 and 256 rows, and a convolution in bfloat16. Prints {@code name value us}, the
 * least of four medians of calls, and {@code name_ratio value x} beside float32, above 1 where
 * float32 is slower. {@code onednn_int8} is oneDNN's product alone, also where layers do not use
 * it.
 *
 * <p>Usage: {@code LowPrecisionBenchmark [--seconds S]}, seconds for each case.
 */
public final class LowPrecisionBenchmark {
  private static final int WIDTH = 1024;
  private static final int ROUNDS = 4;

  private final double seconds;

  private LowPrecisionBenchmark(double seconds) {
    this.seconds = seconds;
  }

  public static void main(String[] arguments) {
    double seconds = 1;
    if (arguments.length > 0) {
      if (arguments.length != 2 || !arguments[0].equals("--seconds")) {
        System.err.println("error: usage: int8 [--threads N] [--seconds S]");
        System.exit(2);
      }
      seconds = Double.parseDouble(arguments[1]);
    }
    System.out.println("# " + Backends.of(Device.CPU).description());
    LowPrecisionBenchmark benchmark = new LowPrecisionBenchmark(seconds);
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("benchmark");
        Linear linear = new Linear(WIDTH, WIDTH);
        DynamicQuantizedLinear quantized = new DynamicQuantizedLinear(linear);
        Conv2d convolution = new Conv2d(64, 64, 3)) {
      quantized.eval();
      for (int rows : new int[] {1, 32, 256}) {
        benchmark.linear(rows, linear, quantized);
      }
      Tensor images = Tensor.randn(16, 64, 32, 32);
      Map<String, Runnable> cases = new LinkedHashMap<>();
      cases.put("float32", () -> call(convolution, images));
      cases.put("bfloat16", () -> cast(convolution, images));
      benchmark.run("conv3x3", cases);
    }
  }

  private void linear(int rows, Linear linear, DynamicQuantizedLinear quantized) {
    try (Scope scope = Scope.open("batch")) {
      Tensor batch = Tensor.randn(rows, WIDTH);
      Tensor integers = batch.abs().mul(30).clamp(0, 127).to(DType.UINT8);
      Tensor output = Tensor.empty(batch.spec());
      Tensor weight = quantized.weight();
      Tensor scale = quantized.scale();
      int threads = Integer.parseInt(System.getenv().getOrDefault("OMP_NUM_THREADS", "1"));
      DnnlInt8Matmul product =
          new DnnlInt8Matmul(new ThreadTeam(threads), new OpenMpThreads(threads));
      System.out.println(
          "# "
              + product.implementation(integers.materialize(), weight.materialize(), null)
              + " for int8, "
              + rows
              + " rows");
      Map<String, Runnable> cases = new LinkedHashMap<>();
      cases.put("float32", () -> call(linear, batch));
      cases.put("int8", () -> call(quantized, batch));
      cases.put(
          "onednn_int8",
          () ->
              product.int8Matmul(
                  integers.materialize(),
                  0.1f,
                  0,
                  weight.materialize(),
                  scale.materialize(),
                  null,
                  output.materialize()));
      cases.put("bfloat16", () -> cast(linear, batch));
      run("linear_" + rows, cases);
    }
  }

  private static void call(Layer layer, Tensor batch) {
    try (Scope scope = Scope.open("call")) {
      layer.call(batch).materialize();
    }
  }

  private static void cast(Layer layer, Tensor batch) {
    try (Autocast cast = Autocast.enable(Device.Kind.CPU, DType.BFLOAT16)) {
      call(layer, batch);
    }
  }

  /** Cases take turns. */
  private void run(String name, Map<String, Runnable> cases) {
    Map<String, double[]> best = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      cases.forEach(
          (kind, each) -> {
            double[] rounds = best.computeIfAbsent(kind, key -> new double[] {Double.MAX_VALUE});
            rounds[0] = Math.min(rounds[0], median(each));
          });
    }
    double first = best.values().iterator().next()[0];
    best.forEach(
        (kind, time) -> {
          System.out.printf(Locale.ROOT, "%s_%s %.1f us%n", name, kind, time[0] / 1e3);
          if (!kind.equals("float32")) {
            System.out.printf(Locale.ROOT, "%s_%s_ratio %.2f x%n", name, kind, first / time[0]);
          }
        });
  }

  private double median(Runnable each) {
    long end = System.nanoTime() + (long) (seconds * 1e9 / ROUNDS);
    double[] times = new double[1 << 16];
    int count = 0;
    while (count < 3 || count < times.length && System.nanoTime() < end) {
      long start = System.nanoTime();
      each.run();
      times[count++] = System.nanoTime() - start;
    }
    Arrays.sort(times, 0, count);
    return times[count / 2];
  }
}
