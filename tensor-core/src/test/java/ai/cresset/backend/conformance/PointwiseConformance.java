package ai.cresset.backend.conformance;

import static ai.cresset.backend.conformance.Layout.BROADCAST;
import static ai.cresset.backend.conformance.Layout.CONTIGUOUS;
import static ai.cresset.backend.conformance.Layout.SLICED;
import static ai.cresset.backend.conformance.Layout.TRANSPOSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.Distribution;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.Program;
import ai.cresset.backend.conformance.Samples.Sample;
import ai.cresset.error.DTypeException;
import ai.cresset.error.DataException;
import ai.cresset.random.Generator;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Element-wise programs and casts. */
public interface PointwiseConformance {
  Expr X = Expr.input(0);
  Expr Y = Expr.input(1);

  EnumSet<UnaryFunction> POSITIVE =
      EnumSet.of(
          UnaryFunction.SQRT,
          UnaryFunction.RSQRT,
          UnaryFunction.LOG,
          UnaryFunction.LOG1P,
          UnaryFunction.LOG2,
          UnaryFunction.LOG10,
          UnaryFunction.LGAMMA,
          UnaryFunction.DIGAMMA);
  EnumSet<UnaryFunction> INTEGRAL =
      EnumSet.of(
          UnaryFunction.NEG,
          UnaryFunction.ABS,
          UnaryFunction.SIGN,
          UnaryFunction.FLOOR,
          UnaryFunction.CEIL,
          UnaryFunction.ROUND,
          UnaryFunction.TRUNC,
          UnaryFunction.BITWISE_NOT,
          UnaryFunction.LOGICAL_NOT,
          UnaryFunction.IS_NAN,
          UnaryFunction.IS_INF,
          UnaryFunction.IS_FINITE);

  /** What floating types do not have. */
  EnumSet<BinaryFunction> BITWISE =
      EnumSet.range(BinaryFunction.BITWISE_AND, BinaryFunction.SHIFT_RIGHT);

  /** What integers do not have. */
  EnumSet<BinaryFunction> FRACTIONAL =
      EnumSet.range(BinaryFunction.ATAN2, BinaryFunction.POLYGAMMA);

  /** Whether a function is defined for a type. */
  static boolean has(DType dtype, UnaryFunction function) {
    return dtype.isFloating() ? function != UnaryFunction.BITWISE_NOT : INTEGRAL.contains(function);
  }

  /** Whether a function is defined for a type. */
  static boolean has(DType dtype, BinaryFunction function) {
    return !(dtype.isFloating() ? BITWISE : FRACTIONAL).contains(function);
  }

  Backend backend();

  /** Runs one program on the reference and on the backend under test. */
  private void run(
      Samples samples, Program program, double[] scalars, List<Sample> in, List<Sample> out) {
    Generator.Key key = new Generator.Key(1234567890123L, 99);
    samples
        .reference()
        .pointwise(
            program,
            scalars,
            key,
            in.stream().map(Sample::expected).toList(),
            out.stream().map(Sample::expected).toList());
    backend()
        .pointwise(
            program,
            scalars,
            key,
            in.stream().map(Sample::actual).toList(),
            out.stream().map(Sample::actual).toList());
  }

  @ParameterizedTest
  @EnumSource(UnaryFunction.class)
  default void functionsOfOneArgumentInEveryTypeAndLayout(UnaryFunction function) {
    try (Samples samples = new Samples(backend())) {
      Program program = null;
      for (DType dtype : DType.values()) {
        if (!has(dtype, function)) {
          continue;
        }
        program = Program.of(X.apply(function), 1, 0, Program.computeType(dtype));
        for (Layout layout : Layout.values()) {
          Sample x =
              POSITIVE.contains(function)
                  ? samples.uniform(dtype, layout, 0.1, 5, 7, 5, 33)
                  : samples.random(dtype, layout, 7, 5, 33);
          Sample y = samples.output(dtype, CONTIGUOUS, x.expected().shape());
          run(samples, program, new double[0], List.of(x), List.of(y));
          samples.assertSame(function + " " + dtype + " " + layout, y);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(BinaryFunction.class)
  default void functionsOfTwoArgumentsInEveryTypeAndLayout(BinaryFunction function) {
    try (Samples samples = new Samples(backend())) {
      for (DType dtype : DType.values()) {
        if (!has(dtype, function) || function == BinaryFunction.POLYGAMMA) {
          continue;
        }
        Program program = Program.of(X.apply(function, Y), 2, 0, Program.computeType(dtype));
        for (Layout layout : Layout.values()) {
          Sample x =
              function == BinaryFunction.POW && dtype.isFloating()
                  ? samples.uniform(dtype, layout, 0.2, 3, 6, 5, 40)
                  : samples.random(dtype, layout, 6, 5, 40);
          Sample y =
              dtype.isFloating()
                  ? samples.uniform(dtype, BROADCAST, 0.5, 3, 6, 5, 40)
                  : samples.uniform(dtype, BROADCAST, 1, 4, 6, 5, 40);
          Sample z = samples.output(dtype, TRANSPOSED, x.expected().shape());
          run(samples, program, new double[0], List.of(x, y), List.of(z));
          samples.assertSame(function + " " + dtype + " " + layout, z);
        }
      }
    }
  }

  @Test
  default void edgeValuesOfFloatingFunctions() {
    double[] edges = {
      0,
      -0.0,
      1,
      -1,
      0.5,
      -0.5,
      2.5,
      -2.5,
      1e-40,
      -1e-40,
      1e30,
      -1e30,
      88,
      -88,
      100,
      -100,
      1e-8,
      -1e-8,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.NaN,
      3,
      -3,
      17.5
    };
    try (Samples samples = new Samples(backend())) {
      for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
        Shape shape = Shape.of(edges.length);
        for (UnaryFunction function : UnaryFunction.values()) {
          if (!has(dtype, function)) {
            continue;
          }
          Sample x = samples.of(dtype, shape, edges);
          Sample y = samples.output(dtype, CONTIGUOUS, shape);
          Program program = Program.of(X.apply(function), 1, 0, dtype);
          run(samples, program, new double[0], List.of(x), List.of(y));
          samples.assertSame(function + " " + dtype, y);
        }
        Shape square = Shape.of(edges.length, edges.length);
        Sample a = samples.of(dtype, shape, edges);
        Sample wideA = new Sample(a.expected().broadcast(square), a.actual().broadcast(square));
        Sample b = samples.of(dtype, Shape.of(edges.length, 1), edges);
        Sample wideB = new Sample(b.expected().broadcast(square), b.actual().broadcast(square));
        for (BinaryFunction function : BinaryFunction.values()) {
          if (!has(dtype, function) || function == BinaryFunction.POLYGAMMA) {
            continue;
          }
          Sample z = samples.output(dtype, CONTIGUOUS, square);
          Program program = Program.of(X.apply(function, Y), 2, 0, dtype);
          run(samples, program, new double[0], List.of(wideA, wideB), List.of(z));
          samples.assertSame(function + " " + dtype, z);
        }
      }
    }
  }

  @Test
  default void programsWithSharedPartsScalarsAndSeveralOutputs() {
    Expr rate = Expr.scalar(0);
    Expr momentum = Expr.fma(Y, Expr.constant(0.9), X.times(Expr.constant(0.1)));
    Expr root = momentum.times(momentum).plus(Expr.scalar(1)).apply(UnaryFunction.SQRT);
    Expr scale = rate.over(Expr.scalar(1).plus(rate).apply(UnaryFunction.EXP));
    Program program =
        new Program(
            List.of(
                X.minus(momentum.over(root).times(scale)),
                momentum,
                Expr.select(X.apply(BinaryFunction.GT, Y), X, root),
                rate),
            2,
            2,
            DType.FLOAT32);
    try (Samples samples = new Samples(backend())) {
      for (Layout layout : Layout.WRITABLE) {
        Sample x = samples.random(DType.FLOAT32, layout, 3, 7, 150);
        Sample y = samples.random(DType.FLOAT32, BROADCAST, 3, 7, 150);
        Shape shape = x.expected().shape();
        // The first output is the first input itself.
        List<Sample> outputs =
            List.of(
                x,
                samples.output(DType.FLOAT32, SLICED, shape),
                samples.output(DType.FLOAT64, CONTIGUOUS, shape),
                samples.output(DType.FLOAT32, CONTIGUOUS, shape));
        run(samples, program, new double[] {0.25, 1.5}, List.of(x, y), outputs);
        for (Sample output : outputs) {
          samples.assertSame("program " + layout, output);
        }
      }
    }
  }

  @Test
  default void powersWithOneExponent() {
    try (Samples samples = new Samples(backend())) {
      for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64, DType.INT64)) {
        for (double exponent : new double[] {2, 3, 0.5, -0.5, -1, 1, 0, 2.7, 4}) {
          Sample x = samples.uniform(dtype, CONTIGUOUS, 1, 4, 100);
          Sample y = samples.output(dtype, CONTIGUOUS, x.expected().shape());
          Program program = Program.of(X.apply(BinaryFunction.POW, Expr.scalar(0)), 1, 1, dtype);
          run(samples, program, new double[] {exponent}, List.of(x), List.of(y));
          samples.assertSame("power " + exponent + " " + dtype, y);
        }
      }
    }
  }

  @Test
  default void derivativesOfTheGammaFunction() {
    try (Samples samples = new Samples(backend())) {
      for (DType dtype : List.of(DType.FLOAT16, DType.FLOAT32, DType.FLOAT64)) {
        for (double order : new double[] {1, 2, 3, 5}) {
          Sample x = samples.uniform(dtype, TRANSPOSED, 0.6, 20, 11, 13);
          Sample y = samples.output(dtype, CONTIGUOUS, x.expected().shape());
          Expr expr = Expr.constant(order).apply(BinaryFunction.POLYGAMMA, X);
          Program program = Program.of(expr, 1, 0, Program.computeType(dtype));
          run(samples, program, new double[0], List.of(x), List.of(y));
          samples.assertSame("polygamma " + order + " " + dtype, y);
        }
        double[] edges = {0, -1, -0.5, -2.25, 1e-3, 1e30, Double.POSITIVE_INFINITY, Double.NaN};
        Shape shape = Shape.of(edges.length);
        for (double order : new double[] {1, 2}) {
          Sample x = samples.of(dtype, shape, edges);
          Sample y = samples.output(dtype, CONTIGUOUS, shape);
          Expr expr = Expr.constant(order).apply(BinaryFunction.POLYGAMMA, X);
          Program program = Program.of(expr, 1, 0, Program.computeType(dtype));
          run(samples, program, new double[0], List.of(x), List.of(y));
          samples.assertSame("polygamma " + order + " " + dtype, y);
        }
      }
    }
  }

  @Test
  default void shiftsByMoreThanTheWidth() {
    long[] shifts = {0, 1, 7, 8, 31, 63, 64, 1000, -1};
    try (Samples samples = new Samples(backend())) {
      for (DType dtype : List.of(DType.INT8, DType.UINT8, DType.INT32, DType.INT64)) {
        for (long shift : shifts) {
          for (BinaryFunction function :
              List.of(BinaryFunction.SHIFT_LEFT, BinaryFunction.SHIFT_RIGHT)) {
            Sample x = samples.random(dtype, CONTIGUOUS, 50);
            Sample y = samples.output(dtype, CONTIGUOUS, x.expected().shape());
            Program program =
                Program.of(X.apply(function, Expr.constant(shift)), 1, 0, DType.INT64);
            run(samples, program, new double[0], List.of(x), List.of(y));
            samples.assertIdentical(function + " " + shift + " " + dtype, y);
          }
        }
      }
    }
  }

  @Test
  default void randomElementsHaveTheSameBitsInEveryLayoutAndSize() {
    try (Samples samples = new Samples(backend())) {
      for (Distribution distribution : Distribution.values()) {
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
          Program program = Program.of(Expr.random(distribution), 0, 0, dtype);
          for (long[] sizes : new long[][] {{1}, {3}, {1023}, {5, 7, 100}, {70_001}}) {
            for (Layout layout : Layout.WRITABLE) {
              Sample y = samples.output(dtype, layout, Shape.of(sizes));
              run(samples, program, new double[0], List.of(), List.of(y));
              samples.assertIdentical(distribution + " " + dtype + " " + layout, y);
            }
          }
        }
      }
    }
  }

  @Test
  default void randomElementsCanBeComputedWith() {
    Expr keep = Expr.random(Distribution.UNIFORM).apply(BinaryFunction.GE, Expr.scalar(0));
    Program program =
        new Program(
            List.of(Expr.select(keep, X.times(Expr.scalar(1)), Expr.constant(0)), keep),
            1,
            2,
            DType.FLOAT32);
    try (Samples samples = new Samples(backend())) {
      Sample x = samples.random(DType.FLOAT32, TRANSPOSED, 40, 60);
      Shape shape = x.expected().shape();
      Sample y = samples.output(DType.FLOAT32, CONTIGUOUS, shape);
      Sample mask = samples.output(DType.BOOL, CONTIGUOUS, shape);
      run(samples, program, new double[] {0.3, 1 / 0.7}, List.of(x), List.of(y, mask));
      samples.assertSame("dropout", y);
      samples.assertIdentical("mask", mask);
    }
  }

  @Test
  default void integersHaveNoRandomElementsAndNoRoots() {
    try (Samples samples = new Samples(backend())) {
      Sample x = samples.random(DType.INT64, CONTIGUOUS, 4);
      for (Expr expr : List.of(Expr.random(Distribution.NORMAL), X.apply(UnaryFunction.EXP))) {
        Program program = Program.of(expr, 1, 0, DType.INT64);
        assertThrows(
            DTypeException.class,
            () ->
                backend()
                    .pointwise(
                        program,
                        new double[0],
                        Generator.Key.NONE,
                        List.of(x.actual()),
                        List.of(x.actual())));
      }
    }
  }

  /** Whether integer division by zero raises; accelerators cannot. */
  default boolean raisesIntegerDivisionByZero() {
    return true;
  }

  @Test
  default void integerDivisionByZeroSaysSo() {
    if (!raisesIntegerDivisionByZero()) {
      return;
    }
    try (Samples samples = new Samples(backend())) {
      Sample x = samples.of(DType.INT32, Shape.of(2), 1, 0);
      Program program = Program.of(X.apply(BinaryFunction.FLOOR_DIV, X), 1, 0, DType.INT64);
      DataException thrown =
          assertThrows(
              DataException.class,
              () ->
                  backend()
                      .pointwise(
                          program,
                          new double[0],
                          Generator.Key.NONE,
                          List.of(x.actual()),
                          List.of(x.actual())));
      assertEquals(
          "FLOOR_DIV: integer division by zero; mask the zeros first, or cast to a floating type",
          thrown.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  default void castsBetweenEveryPairOfTypesAndLayouts(DType from) {
    try (Samples samples = new Samples(backend())) {
      for (DType to : DType.values()) {
        for (Layout layout : Layout.values()) {
          for (Layout target : Layout.WRITABLE) {
            boolean unsigned = !from.isFloating() || !to.isFloating();
            Sample x =
                unsigned
                    ? samples.uniform(from, layout, 0, 100, 9, 4, 37)
                    : samples.random(from, layout, 9, 4, 37);
            Sample y = samples.output(to, target, x.expected().shape());
            samples.reference().copy(x.expected(), y.expected());
            backend().copy(x.actual(), y.actual());
            samples.assertIdentical(from + " to " + to + ", " + layout + " to " + target, y);
          }
        }
      }
    }
  }

  @Test
  default void largeCopiesAndTranspositions() {
    try (Samples samples = new Samples(backend())) {
      for (DType dtype : List.of(DType.UINT8, DType.BFLOAT16, DType.FLOAT32, DType.FLOAT64)) {
        for (Layout layout : Layout.WRITABLE) {
          for (Layout target : Layout.WRITABLE) {
            Sample x = samples.random(dtype, layout, 130, 3, 257);
            Sample y = samples.output(dtype, target, x.expected().shape());
            samples.reference().copy(x.expected(), y.expected());
            backend().copy(x.actual(), y.actual());
            samples.assertIdentical(dtype + " " + layout + " to " + target, y);
          }
        }
      }
    }
  }

  @Test
  default void emptyAndScalarTensors() {
    Program program = Program.of(X.plus(Expr.constant(1)), 1, 0, DType.FLOAT32);
    try (Samples samples = new Samples(backend())) {
      for (long[] sizes : new long[][] {{}, {0}, {3, 0, 2}, {1, 1}}) {
        Sample x = samples.random(DType.FLOAT32, CONTIGUOUS, sizes);
        Sample y = samples.output(DType.FLOAT32, CONTIGUOUS, x.expected().shape());
        run(samples, program, new double[0], List.of(x), List.of(y));
        samples.assertSame("plus one", y);
        samples.reference().copy(x.expected(), y.expected());
        backend().copy(x.actual(), y.actual());
        samples.assertIdentical("copy", y);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"INT8", "BFLOAT16", "FLOAT32", "FLOAT64"})
  default void rowsAndColumnsThatRepeat(DType dtype) {
    Program program = Program.of(Expr.fma(X, Y, Expr.input(2)), 3, 0, Program.computeType(dtype));
    try (Samples samples = new Samples(backend())) {
      for (long[] sizes : new long[][] {{6, 64}, {5, 3, 16}, {7, 33}, {2, 130}}) {
        Shape shape = Shape.of(sizes);
        Sample x = samples.random(dtype, CONTIGUOUS, sizes);
        Sample row = samples.random(dtype, CONTIGUOUS, sizes[sizes.length - 1]);
        Sample column = samples.random(dtype, CONTIGUOUS, shape.with(-1, 1).toArray());
        Sample y = samples.output(dtype, CONTIGUOUS, shape);
        List<Sample> in =
            List.of(
                x,
                new Sample(row.expected().broadcast(shape), row.actual().broadcast(shape)),
                new Sample(column.expected().broadcast(shape), column.actual().broadcast(shape)));
        run(samples, program, new double[0], in, List.of(y));
        samples.assertSame(dtype + " " + shape, y);
      }
    }
  }
}
