package ai.cresset.nn.init;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Program;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.op.Pointwise;
import ai.cresset.tensor.op.Programs;
import ai.cresset.type.DType;
import java.util.List;

/** Fills parameters in place. Forms without a generator draw from the thread's own. */
public final class Init {
  private static final Programs UNIFORM =
      Programs.of(scaled(Expr.random(Expr.Distribution.UNIFORM)), 0, 2);
  private static final Programs NORMAL =
      Programs.of(scaled(Expr.random(Expr.Distribution.NORMAL)), 0, 2);

  private Init() {}

  private static Expr scaled(Expr random) {
    return Expr.fma(random, Expr.scalar(0), Expr.scalar(1));
  }

  /** Every element {@code value}. */
  public static void constant(Tensor tensor, double value) {
    try (GradMode.Restore off = GradMode.disable()) {
      tensor.fill_(value);
    }
  }

  public static void zeros(Tensor tensor) {
    constant(tensor, 0);
  }

  public static void ones(Tensor tensor) {
    constant(tensor, 1);
  }

  /** From the uniform distribution over {@code [low, high)}. */
  public static void uniform(Tensor tensor, double low, double high, Generator generator) {
    draw(UNIFORM, tensor, new double[] {high - low, low}, generator);
  }

  public static void uniform(Tensor tensor, double low, double high) {
    uniform(tensor, low, high, Generator.current());
  }

  /** From the normal distribution. */
  public static void normal(
      Tensor tensor, double mean, double standardDeviation, Generator generator) {
    draw(NORMAL, tensor, new double[] {standardDeviation, mean}, generator);
  }

  public static void normal(Tensor tensor, double mean, double standardDeviation) {
    normal(tensor, mean, standardDeviation, Generator.current());
  }

  /**
   * From the normal distribution cut off outside of {@code [low, high]} ({@code trunc_normal_}), by
   * its inverse. Computed on the host.
   */
  public static void truncatedNormal(
      Tensor tensor,
      double mean,
      double standardDeviation,
      double low,
      double high,
      Generator generator) {
    if (!(low < high)) {
      throw ConfigException.value("truncatedNormal low", low, "less than high = " + high);
    }
    double from = NormalDistribution.cumulative((low - mean) / standardDeviation);
    double to = NormalDistribution.cumulative((high - mean) / standardDeviation);
    Spec wide = tensor.spec().withDType(DType.FLOAT64);
    try (Scope scope = Scope.open("truncatedNormal");
        GradMode.Restore off = GradMode.disable()) {
      Tensor drawn = Tensor.empty(wide);
      uniform(drawn, from, to, generator);
      double[] values = drawn.toDoubleArray();
      for (int i = 0; i < values.length; i++) {
        double value = mean + standardDeviation * NormalDistribution.inverse(values[i]);
        values[i] = Math.min(high, Math.max(low, value));
      }
      Tensor host = Tensor.of(values, values.length);
      long bytes = host.numel() * host.dtype().bytes();
      drawn.backend().upload(host.storage().address(), drawn.storage(), 0, bytes);
      tensor.copy_(drawn);
    }
  }

  /**
   * Uniform, scaled for layers followed by a leaky rectifier of this slope (He et al. 2015, {@code
   * kaiming_uniform_}, fan-in).
   *
   * @param slope of the rectifier below 0; PyTorch's layers use the square root of 5
   */
  public static void kaimingUniform(Tensor tensor, double slope, Generator generator) {
    double bound = Math.sqrt(6 / ((1 + slope * slope) * Fan.of(tensor.shape()).in()));
    uniform(tensor, -bound, bound, generator);
  }

  /** Normal, scaled like {@link #kaimingUniform}. */
  public static void kaimingNormal(Tensor tensor, double slope, Generator generator) {
    normal(
        tensor, 0, Math.sqrt(2 / ((1 + slope * slope) * Fan.of(tensor.shape()).in())), generator);
  }

  /**
   * Uniform, scaled for symmetric activations (Glorot and Bengio 2010, {@code xavier_uniform_}).
   */
  public static void xavierUniform(Tensor tensor, double gain, Generator generator) {
    double bound = gain * Math.sqrt(6.0 / Fan.of(tensor.shape()).sum());
    uniform(tensor, -bound, bound, generator);
  }

  /** Normal, scaled like {@link #xavierUniform}. */
  public static void xavierNormal(Tensor tensor, double gain, Generator generator) {
    normal(tensor, 0, gain * Math.sqrt(2.0 / Fan.of(tensor.shape()).sum()), generator);
  }

  /** What PyTorch gives the bias of a layer with this weight: uniform within 1/sqrt(fan-in). */
  public static void bias(Tensor bias, Tensor weight, Generator generator) {
    long fanIn = Fan.of(weight.shape()).in();
    double bound = fanIn == 0 ? 0 : 1 / Math.sqrt((double) fanIn);
    uniform(bias, -bound, bound, generator);
  }

  private static void draw(
      Programs programs, Tensor tensor, double[] scalars, Generator generator) {
    Program program = programs.forOperands(tensor.dtype());
    Pointwise.run(program, scalars, generator.reserve(tensor.numel()), List.of(), List.of(tensor));
    tensor.storage().changed();
  }
}
