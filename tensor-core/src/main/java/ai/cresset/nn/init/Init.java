package ai.cresset.nn.init;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Program;
import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
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
    if (DeferredInit.takes(tensor, later -> constant(later, value), "constant " + value)) {
      return;
    }
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

  /** Sets one row to 0, after the others were filled. */
  public static void zeroRow(Tensor tensor, long row) {
    if (DeferredInit.follows(tensor, later -> zeroRow(later, row))) {
      return;
    }
    try (Scope scope = Scope.open("init");
        GradMode.Restore off = GradMode.disable()) {
      tensor.select(0, row).zero_();
    }
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
    try (Scope scope = Scope.open("truncatedNormal")) {
      Tensor drawn = Tensor.empty(wide);
      uniform(drawn, from, to, generator);
      double[] values = drawn.toDoubleArray();
      for (int i = 0; i < values.length; i++) {
        double value = mean + standardDeviation * NormalDistribution.inverse(values[i]);
        values[i] = Math.min(high, Math.max(low, value));
      }
      write(tensor, values);
    }
  }

  /** Ones on the diagonal of a matrix, zeros elsewhere ({@code eye_}). */
  public static void eye(Tensor tensor) {
    if (tensor.rank() != 2) {
      throw ShapeException.mismatch("eye", "a matrix", tensor.shape());
    }
    double[] values = new double[Math.toIntExact(tensor.numel())];
    int columns = (int) tensor.size(1);
    for (int i = 0; i < Math.min(tensor.size(0), columns); i++) {
      values[i * columns + i] = 1;
    }
    write(tensor, values);
  }

  /**
   * The weight of a convolution that hands on as many input channels as it can ({@code dirac_}).
   *
   * @param tensor {@code [out, in, ...]} with one to three spatial dimensions
   * @param groups parts of the output channels that each hand on the same ones
   */
  public static void dirac(Tensor tensor, int groups) {
    if (tensor.rank() < 3 || tensor.rank() > 5) {
      throw ShapeException.mismatch(
          "dirac", "a weight [out, in, ...] with 1 to 3 spatial dimensions", tensor.shape());
    }
    if (groups < 1 || tensor.size(0) % groups != 0) {
      throw ConfigException.value(
          "dirac.groups", groups, "a divisor of " + tensor.size(0) + " output channels");
    }
    long field = 1;
    long centre = 0;
    for (int dim = 2; dim < tensor.rank(); dim++) {
      field *= tensor.size(dim);
      centre = centre * tensor.size(dim) + tensor.size(dim) / 2;
    }
    long in = tensor.size(1);
    long out = tensor.size(0) / groups;
    double[] values = new double[Math.toIntExact(tensor.numel())];
    for (long group = 0; group < groups; group++) {
      for (long i = 0; i < Math.min(in, out); i++) {
        values[(int) (((group * out + i) * in + i) * field + centre)] = 1;
      }
    }
    write(tensor, values);
  }

  /**
   * A random matrix with orthonormal rows, or columns where there are more rows ({@code
   * orthogonal_}; Saxe et al. 2013). Computed on the host.
   *
   * @param tensor {@code [rows, ...]}; what follows the rows counts as one dimension
   * @param gain what all elements are multiplied by
   */
  public static void orthogonal(Tensor tensor, double gain, Generator generator) {
    if (tensor.rank() < 2) {
      throw ShapeException.mismatch("orthogonal", "a tensor of rank 2 or more", tensor.shape());
    }
    if (tensor.numel() == 0) {
      return;
    }
    int rows = Math.toIntExact(tensor.size(0));
    int columns = Math.toIntExact(tensor.numel() / rows);
    boolean tall = rows > columns;
    double[][] matrix = new double[Math.min(rows, columns)][Math.max(rows, columns)];
    double[] values = new double[rows * columns];
    try (Scope scope = Scope.open("orthogonal")) {
      Tensor drawn = Tensor.empty(tensor.spec().withDType(DType.FLOAT64));
      normal(drawn, 0, 1, generator);
      double[] given = drawn.toDoubleArray();
      for (int i = 0; i < given.length; i++) {
        int row = i / columns;
        int column = i % columns;
        matrix[tall ? column : row][tall ? row : column] = given[i];
      }
      Orthogonal.rows(matrix);
      for (int i = 0; i < values.length; i++) {
        int row = i / columns;
        int column = i % columns;
        values[i] = gain * matrix[tall ? column : row][tall ? row : column];
      }
      write(tensor, values);
    }
  }

  /**
   * Normal, with a part of each column set to 0 ({@code sparse_}; Martens 2010). Computed on the
   * host.
   *
   * @param tensor a matrix
   * @param sparsity the part of each column's elements that become 0, rounded up
   */
  public static void sparse(
      Tensor tensor, double sparsity, double standardDeviation, Generator generator) {
    if (tensor.rank() != 2) {
      throw ShapeException.mismatch("sparse", "a matrix", tensor.shape());
    }
    int rows = Math.toIntExact(tensor.size(0));
    int columns = Math.toIntExact(tensor.size(1));
    int zeros = (int) Math.ceil(sparsity * rows);
    try (Scope scope = Scope.open("sparse")) {
      Tensor drawn = Tensor.empty(tensor.spec().withDType(DType.FLOAT64));
      normal(drawn, 0, standardDeviation, generator);
      double[] values = drawn.toDoubleArray();
      for (int column = 0; column < columns; column++) {
        long[] order = Creation.randperm(rows, generator).toLongArray();
        for (int i = 0; i < zeros; i++) {
          values[(int) order[i] * columns + column] = 0;
        }
      }
      write(tensor, values);
    }
  }

  /** Puts host values into a tensor on any device. */
  private static void write(Tensor tensor, double[] values) {
    DeferredInit.solid(tensor);
    try (Scope scope = Scope.open("init");
        GradMode.Restore off = GradMode.disable()) {
      Tensor host = Tensor.of(values, values.length).reshape(tensor.shape());
      tensor.copy_(host.to(tensor.device()));
    }
  }

  /**
   * Uniform, scaled for layers followed by a leaky rectifier of this slope (He et al. 2015, {@code
   * kaiming_uniform_}, fan-in).
   *
   * @param slope of the rectifier below 0; PyTorch's layers use the square root of 5
   */
  public static void kaimingUniform(Tensor tensor, double slope, Generator generator) {
    kaimingUniform(tensor, Gain.LEAKY_RELU.value(slope), FanMode.IN, generator);
  }

  /**
   * Uniform, scaled by the gain of what follows and by one side of the weight.
   *
   * @param gain such as {@code Gain.RELU.value()}
   */
  public static void kaimingUniform(Tensor tensor, double gain, FanMode mode, Generator generator) {
    double bound = gain * Math.sqrt(3.0 / mode.of(Fan.of(tensor.shape())));
    uniform(tensor, -bound, bound, generator);
  }

  /** Normal, scaled like {@link #kaimingUniform(Tensor, double, Generator)}. */
  public static void kaimingNormal(Tensor tensor, double slope, Generator generator) {
    kaimingNormal(tensor, Gain.LEAKY_RELU.value(slope), FanMode.IN, generator);
  }

  /** Normal, scaled like {@link #kaimingUniform(Tensor, double, FanMode, Generator)}. */
  public static void kaimingNormal(Tensor tensor, double gain, FanMode mode, Generator generator) {
    normal(tensor, 0, gain / Math.sqrt(mode.of(Fan.of(tensor.shape()))), generator);
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
    Generator.Key key = generator.reserve(tensor.numel());
    String text = programs == NORMAL ? "normal " : "uniform ";
    if (!DeferredInit.takes(
        tensor,
        later -> draw(programs, later, scalars, key),
        text + scalars[0] + " " + scalars[1] + " " + key)) {
      draw(programs, tensor, scalars, key);
    }
  }

  private static void draw(Programs programs, Tensor tensor, double[] scalars, Generator.Key key) {
    Program program = programs.forOperands(tensor.dtype());
    Pointwise.run(program, scalars, key, List.of(), List.of(tensor));
    tensor.storage().changed();
  }
}
