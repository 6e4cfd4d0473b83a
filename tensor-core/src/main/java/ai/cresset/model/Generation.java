package ai.cresset.model;

import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.random.Generator;
import ai.cresset.random.Philox;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.Device;
import java.util.Arrays;

/** Chooses token after token. Softmax and draw run on the host in double precision. */
final class Generation {
  private final Gpt model;
  private final Sampling sampling;
  private final Generator generator;

  Generation(Gpt model, Sampling sampling, Generator generator) {
    this.model = model;
    this.sampling = sampling;
    this.generator = generator;
  }

  Tensor run(Tensor prompt, int numTokens) {
    if (prompt.rank() != 2 || prompt.size(1) == 0) {
      throw ShapeException.mismatch(
          "generate", "a prompt [batch, length] of at least one token", prompt.shape());
    }
    int batch = Math.toIntExact(prompt.size(0));
    int given = Math.toIntExact(prompt.size(1));
    int total = given + numTokens;
    long[] tokens = new long[batch * total];
    long[] start = prompt.toLongArray();
    for (int row = 0; row < batch; row++) {
      System.arraycopy(start, row * given, tokens, row * total, given);
    }
    boolean training = model.isTraining();
    model.eval();
    try (GradMode.Restore off = GradMode.disable()) {
      for (int length = given; length < total; length++) {
        step(tokens, batch, length, total);
      }
    } finally {
      model.train(training);
    }
    return Tensor.of(tokens, batch, total).to(prompt.device());
  }

  private void step(long[] tokens, int batch, int length, int total) {
    int seen = (int) Math.min(length, model.config().contextLength());
    long[] window = new long[batch * seen];
    for (int row = 0; row < batch; row++) {
      System.arraycopy(tokens, row * total + length - seen, window, row * seen, seen);
    }
    try (Scope scope = Scope.open("generated token")) {
      Device device = model.parameters().get(0).device();
      double[] scores = model.nextLogits(Tensor.of(window, batch, seen).to(device)).toDoubleArray();
      int classes = scores.length / batch;
      for (int row = 0; row < batch; row++) {
        tokens[row * total + length] =
            choose(Arrays.copyOfRange(scores, row * classes, (row + 1) * classes));
      }
    }
  }

  private int choose(double[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    if (sampling.temperature() == 0) {
      return best;
    }
    double threshold = threshold(scores);
    double total = 0;
    double[] weights = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] >= threshold) {
        weights[i] = StrictMath.exp((scores[i] - scores[best]) / sampling.temperature());
        total += weights[i];
      }
    }
    double left = uniform() * total;
    int last = best;
    for (int i = 0; i < scores.length; i++) {
      if (weights[i] > 0) {
        last = i;
        left -= weights[i];
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  /** The lowest score that may be chosen. */
  private double threshold(double[] scores) {
    if (sampling.topK() == 0 || sampling.topK() >= scores.length) {
      return Double.NEGATIVE_INFINITY;
    }
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - sampling.topK()];
  }

  private double uniform() {
    Generator.Key key = generator.reserve(4);
    int[] words = new int[4];
    Philox.block(key.seed(), key.offset(), words, 0);
    return ((words[0] >>> 5) * 0x1p26 + (words[1] >>> 6)) * 0x1p-53;
  }
}
