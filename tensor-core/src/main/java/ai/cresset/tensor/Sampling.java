package ai.cresset.tensor;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.random.Generator;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;

/**
 * Random tensors whose distribution is given by tensors. They draw from a generator, and give the
 * same bits on every device and for any number of threads.
 */
public final class Sampling {
  private Sampling() {}

  /** 1 with the probability that {@code p} has at each place, else 0, in its shape and type. */
  public static Tensor bernoulli(Tensor p, Generator generator) {
    if (p.numel() > 0 && !(p.min().item() >= 0 && p.max().item() <= 1)) {
      throw ConfigException.value("bernoulli.p", p, "probabilities in [0, 1]");
    }
    Tensor uniform =
        Creation.uniform(p.spec().withDType(DType.FLOAT32), 0, 1, generator).to(p.dtype());
    return uniform.lt(p.detach()).to(p.dtype());
  }

  /** Normal with the mean and standard deviation at each place; both broadcast. */
  public static Tensor normal(Tensor mean, Tensor deviation, Generator generator) {
    if (deviation.numel() > 0 && !(deviation.min().item() >= 0)) {
      throw ConfigException.value("normal.std", deviation, "deviations of at least 0");
    }
    Shape shape = Shape.broadcast("normal", mean.shape(), deviation.shape());
    Tensor standard = Creation.normal(mean.spec().withShape(shape), 0, 1, generator);
    return standard.mul(deviation.detach()).add(mean.detach());
  }

  /** Integers in [low, high), in the type and place of a spec. */
  public static Tensor randint(Spec spec, long low, long high, Generator generator) {
    return Creation.randint(low, high, spec.shape(), generator).to(spec.dtype()).to(spec.device());
  }

  /**
   * Numbers drawn by weight ({@code torch.multinomial}).
   *
   * @param weights {@code [rows, choices]} or {@code [choices]}, each at least 0
   * @param replacement whether a choice can be drawn again
   * @return int64 {@code [rows, draws]} or {@code [draws]}, on the CPU
   */
  public static Tensor multinomial(
      Tensor weights, int draws, boolean replacement, Generator generator) {
    if (weights.rank() == 1) {
      return multinomial(weights.unsqueeze(0), draws, replacement, generator).squeeze(0);
    }
    if (weights.rank() != 2) {
      throw ShapeException.mismatch("multinomial", "[rows, choices] or [choices]", weights.shape());
    }
    int rows = Math.toIntExact(weights.size(0));
    int choices = Math.toIntExact(weights.size(1));
    double[] all = weights.toDoubleArray();
    RandomWords words = new RandomWords(generator, 2L * rows * draws);
    long[] drawn = new long[Math.multiplyExact(rows, draws)];
    for (int row = 0; row < rows; row++) {
      for (int draw = 0; draw < draws; draw++) {
        double total = total(all, row * choices, choices, draw);
        int choice = choose(all, row * choices, choices, words.fraction() * total);
        drawn[row * draws + draw] = choice;
        if (!replacement) {
          all[row * choices + choice] = 0;
        }
      }
    }
    return Tensor.of(drawn, rows, draws).to(weights.device());
  }

  private static double total(double[] weights, int start, int choices, int draw) {
    double total = 0;
    for (int i = 0; i < choices; i++) {
      double weight = weights[start + i];
      if (!(weight >= 0)) {
        throw ConfigException.value("multinomial.weights", weight, "weights of at least 0");
      }
      total += weight;
    }
    if (!(total > 0 && total < Double.POSITIVE_INFINITY)) {
      throw ConfigException.value(
          "multinomial.weights", total + " in all before draw " + draw, "a positive, finite sum");
    }
    return total;
  }

  private static int choose(double[] weights, int start, int choices, double at) {
    double sum = 0;
    int last = 0;
    for (int i = 0; i < choices; i++) {
      double weight = weights[start + i];
      if (weight > 0) {
        last = i;
        sum += weight;
        if (at < sum) {
          return i;
        }
      }
    }
    return last;
  }
}
