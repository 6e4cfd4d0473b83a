package ai.cresset.model;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an operation costs apart from its arithmetic: nanoseconds of one pass over 8 x 8 float32
 * tensors, forward, and forward and back. Prints {@code name value ns}, the median of batches after
 * a warm-up. With a peer, PyTorch takes turns on the same cases; then {@code pytorch_name value ns}
 * and {@code name_ratio value x} follow, above 1 where this is faster.
 *
 * <p>Usage: {@code OverheadBenchmark [--seconds S] [--peer PYTHON]}, seconds for each case and
 * side.
 */
public final class OverheadBenchmark {
  private static final int PASSES_PER_BATCH = 200;
  private static final int PASSES_PER_SCOPE = 10;
  private static final int ROUNDS = 4;

  /** Compiled code comes late, however short the measurement is. */
  private static final double WARM_UP_SECONDS = 2;

  private static final Map<String, BinaryOperator<Tensor>> CASES = new LinkedHashMap<>();

  static {
    CASES.put("add", Tensor::add);
    CASES.put("matmul", Tensor::matmul);
    CASES.put("reshape", (a, b) -> a.reshape(4, 16));
    CASES.put("chain10", OverheadBenchmark::chain);
  }

  private OverheadBenchmark() {}

  /** Ten operations. */
  private static Tensor chain(Tensor a, Tensor b) {
    return a.mul(b).add(a).relu().sub(b).mul(1.5).tanh().add(b).sigmoid().mul(a).neg();
  }

  public static void main(String[] arguments) throws IOException {
    try {
      BenchmarkOptions options = BenchmarkOptions.parse(arguments, 4);
      double seconds = options.seconds();
      String python = options.peer();
      try (PeerSteps peer =
          python == null ? null : PeerSteps.pytorch(python, options.script("op_overhead.py"), 1)) {
        for (String name : CASES.keySet()) {
          measure(name, false, seconds, peer);
          measure(name, true, seconds, peer);
        }
      }
    } catch (ConfigException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(2);
    }
  }

  private static void measure(
      String operation, boolean backward, double seconds, @Nullable PeerSteps peer)
      throws IOException {
    String name = backward ? operation + "_backward" : operation;
    BinaryOperator<Tensor> pass = Objects.requireNonNull(CASES.get(operation));
    run(pass, backward, WARM_UP_SECONDS, new ArrayList<>());
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      run(pass, backward, seconds / ROUNDS, ours);
      if (peer != null) {
        theirs.addAll(peer.train(name, seconds / ROUNDS));
      }
    }
    print(name + " %.0f ns%n", median(ours) * 1e9);
    if (peer != null) {
      print("pytorch_" + name + " %.0f ns%n", median(theirs) * 1e9);
      print(name + "_ratio %.2f x%n", median(theirs) / median(ours));
    }
  }

  private static void run(
      BinaryOperator<Tensor> pass, boolean backward, double seconds, List<Double> times) {
    try (Scope scope = Scope.open("overhead")) {
      Tensor a = Tensor.randn(8, 8).requiresGrad(backward);
      Tensor b = Tensor.randn(8, 8).requiresGrad(backward);
      Tensor ones = Creation.onesLike(pass.apply(a, b));
      long begin = System.nanoTime();
      while (times.isEmpty() || System.nanoTime() - begin < seconds * 1e9) {
        long start = System.nanoTime();
        for (int i = 0; i < PASSES_PER_BATCH; i += PASSES_PER_SCOPE) {
          batch(pass, backward, a, b, ones);
        }
        times.add((System.nanoTime() - start) / 1e9 / PASSES_PER_BATCH);
      }
    }
  }

  private static void batch(
      BinaryOperator<Tensor> pass, boolean backward, Tensor a, Tensor b, Tensor ones) {
    try (Scope scope = Scope.open("passes")) {
      for (int i = 0; i < PASSES_PER_SCOPE; i++) {
        Tensor result = pass.apply(a, b);
        if (backward) {
          result.backward(ones);
          a.grad(null);
          b.grad(null);
        }
      }
    }
  }

  private static double median(List<Double> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }

  private static void print(String format, double value) {
    System.out.printf(Locale.ROOT, format, value);
  }
}
