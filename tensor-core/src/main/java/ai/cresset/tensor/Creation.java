package ai.cresset.tensor;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.Distribution;
import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.random.Generator;
import ai.cresset.tensor.op.Pointwise;
import ai.cresset.tensor.op.Programs;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.List;

/**
 * Tensors from a rule or from random numbers ({@code torch.arange}, {@code torch.rand}, ...).
 * Random ones draw from a generator, and give the same bits on every device.
 */
public final class Creation {
  private static final Programs UNIFORM =
      Programs.of(
          Expr.random(Distribution.UNIFORM)
              .times(Expr.scalar(1).minus(Expr.scalar(0)))
              .plus(Expr.scalar(0)),
          0,
          2);
  private static final Programs NORMAL =
      Programs.of(
          Expr.random(Distribution.NORMAL).times(Expr.scalar(1)).plus(Expr.scalar(0)), 0, 2);
  private static final Programs BERNOULLI =
      Programs.of(Expr.random(Distribution.UNIFORM).apply(BinaryFunction.LT, Expr.scalar(0)), 0, 1);

  private Creation() {}

  // ---- by a rule ----

  /** int64 {@code 0, 1, ..., end - 1}. */
  public static Tensor arange(long end) {
    return arange(0, end, 1, Device.CPU);
  }

  /** int64 from {@code start} to below (or, for a negative step, above) {@code end}. */
  public static Tensor arange(long start, long end, long step, Device device) {
    checkStep(step, end - start);
    long count = Math.max(0, (end - start + step - Long.signum(step)) / step);
    long[] values = new long[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = start + i * step;
    }
    return moved(Tensor.of(values, values.length), device);
  }

  /** float32 from {@code start} to below (or, for a negative step, above) {@code end}. */
  public static Tensor arange(double start, double end, double step, Device device) {
    checkStep(step, end - start);
    long count = Math.max(0, (long) Math.ceil((end - start) / step));
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (start + i * step);
    }
    return moved(Tensor.of(values, values.length), device);
  }

  private static void checkStep(double step, double distance) {
    if (!(step != 0 && distance * Math.signum(step) >= 0)) {
      throw ConfigException.value("arange.step", step, "a step that leads from start to end");
    }
  }

  /** float32, {@code count} values from {@code start} to {@code end}, both included. */
  public static Tensor linspace(double start, double end, int count, Device device) {
    float[] values = new float[count];
    double step = count > 1 ? (end - start) / (count - 1) : 0;
    for (int i = 0; i < count; i++) {
      boolean nearStart = i < (count + 1) / 2;
      values[i] = (float) (nearStart ? start + i * step : end - (count - 1 - i) * step);
    }
    return moved(Tensor.of(values, count), device);
  }

  /** float32, {@code count} powers of {@code base}, from {@code base^start} to {@code base^end}. */
  public static Tensor logspace(double start, double end, int count, double base) {
    float[] values = new float[count];
    double step = count > 1 ? (end - start) / (count - 1) : 0;
    for (int i = 0; i < count; i++) {
      boolean nearStart = i < (count + 1) / 2;
      double exponent = nearStart ? start + i * step : end - (count - 1 - i) * step;
      values[i] = (float) Math.pow(base, exponent);
    }
    return Tensor.of(values, count);
  }

  /** float32 {@code [size, size]}: the unit matrix. */
  public static Tensor eye(int size) {
    return eye(size, size);
  }

  /** float32 {@code [rows, columns]}: 1 on the diagonal, 0 elsewhere. */
  public static Tensor eye(int rows, int columns) {
    float[] values = new float[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < Math.min(rows, columns); i++) {
      values[i * columns + i] = 1;
    }
    return Tensor.of(values, rows, columns);
  }

  /** Booleans {@code [rows, columns]}: true where {@code column - row >= diagonal}. */
  public static Tensor upperTriangle(long rows, long columns, long diagonal, Device device) {
    Tensor row = arange(diagonal, diagonal + rows, 1, device).unsqueeze(1);
    return arange(0, columns, 1, device).ge(row);
  }

  /** The places of the lower triangle of a matrix, row by row: int64 {@code [2, count]}. */
  public static Tensor trilIndices(long rows, long columns, long offset) {
    return upperTriangle(rows, columns, offset + 1, Device.CPU).logicalNot().nonzero().t().copy();
  }

  /** The places of the upper triangle of a matrix, row by row: int64 {@code [2, count]}. */
  public static Tensor triuIndices(long rows, long columns, long offset) {
    return upperTriangle(rows, columns, offset, Device.CPU).nonzero().t().copy();
  }

  /** Undefined elements in the shape, type and place of another tensor. */
  public static Tensor emptyLike(Tensor like) {
    return Tensor.empty(like.spec());
  }

  /** Zeros in the shape, type and place of another tensor. */
  public static Tensor zerosLike(Tensor like) {
    return Tensor.zeros(like.spec());
  }

  /** Ones in the shape, type and place of another tensor. */
  public static Tensor onesLike(Tensor like) {
    return Tensor.ones(like.spec());
  }

  /** One number in the shape, type and place of another tensor. */
  public static Tensor fullLike(Tensor like, double value) {
    return Tensor.full(like.spec(), value);
  }

  /** Uniform in [0, 1) in the shape, type and place of another tensor. */
  public static Tensor randLike(Tensor like) {
    return rand(like.spec());
  }

  /** Standard normal in the shape, type and place of another tensor. */
  public static Tensor randnLike(Tensor like) {
    return randn(like.spec());
  }

  /**
   * A copy of a number, a boolean, or an array of any rank and primitive type: {@code boolean}
   * gives bool, {@code byte}, {@code short}, {@code int} and {@code long} give int8 to int64,
   * {@code float} and {@code double} float32 and float64.
   *
   * @throws ShapeException for rows of different lengths; it names the first of them
   */
  public static Tensor tensor(Object values) {
    return NestedArray.copyOf(values);
  }

  private static Tensor moved(Tensor host, Device device) {
    if (device.equals(Device.CPU)) {
      return host;
    }
    try (host) {
      return host.to(device);
    }
  }

  // ---- random ----

  /** Uniform in [0, 1), in steps of 2^-24. */
  public static Tensor rand(Spec spec) {
    return uniform(spec, 0, 1, Generator.current());
  }

  /** Uniform in [low, high). */
  public static Tensor uniform(Spec spec, double low, double high, Generator generator) {
    return draw(UNIFORM, new double[] {low, high}, spec, generator);
  }

  /** Standard normal. */
  public static Tensor randn(Spec spec) {
    return normal(spec, 0, 1, Generator.current());
  }

  /** Normal with this mean and standard deviation. */
  public static Tensor normal(Spec spec, double mean, double deviation, Generator generator) {
    return draw(NORMAL, new double[] {mean, deviation}, spec, generator);
  }

  /** 1 with probability p, else 0. */
  public static Tensor bernoulli(Spec spec, double p, Generator generator) {
    if (!(p >= 0 && p <= 1)) {
      throw ConfigException.value("bernoulli.p", p, "a probability in [0, 1]");
    }
    return draw(BERNOULLI, new double[] {p}, spec, generator);
  }

  private static Tensor draw(Programs programs, double[] scalars, Spec spec, Generator generator) {
    DType compute = spec.dtype().isFloating() ? spec.dtype() : DType.FLOAT32;
    Tensor result = Tensor.empty(spec);
    Pointwise.run(
        programs.forOperands(compute),
        scalars,
        generator.reserve(spec.shape().numel()),
        List.of(),
        List.of(result));
    return result;
  }

  /** int64, uniform in [low, high). */
  public static Tensor randint(long low, long high, Shape shape, Generator generator) {
    if (low >= high) {
      throw ConfigException.value("randint.high", high, "a bound above low = " + low);
    }
    RandomWords words = new RandomWords(generator, 2 * shape.numel());
    long[] values = new long[Math.toIntExact(shape.numel())];
    for (int i = 0; i < values.length; i++) {
      values[i] = low + words.below(high - low);
    }
    return Tensor.of(values, shape.toArray());
  }

  /** int64, the numbers 0 to {@code count - 1} in random order. */
  public static Tensor randperm(int count, Generator generator) {
    RandomWords words = new RandomWords(generator, 2L * count);
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      int j = (int) words.below(i + 1L);
      values[i] = values[j];
      values[j] = i;
    }
    return Tensor.of(values, count);
  }

  /** Row numbers drawn with replacement by weight; see {@link Sampling#multinomial}. */
  public static Tensor multinomial(Tensor weights, int draws, Generator generator) {
    return Sampling.multinomial(weights, draws, true, generator);
  }
}
