package ai.cresset.backend.cuda;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.Program;
import ai.cresset.error.DTypeException;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the statements of a program for one element, in CUDA C: each different subexpression is
 * computed once. What the statements call is in {@code functions.cuh}.
 */
final class ProgramSource {
  private static final EnumSet<UnaryFunction> INTEGRAL =
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

  private static final EnumSet<BinaryFunction> FRACTIONAL =
      EnumSet.range(BinaryFunction.ATAN2, BinaryFunction.POLYGAMMA);

  private static final EnumSet<BinaryFunction> BITWISE =
      EnumSet.range(BinaryFunction.BITWISE_AND, BinaryFunction.SHIFT_RIGHT);

  private final DType compute;
  private final String type;
  private final StringBuilder text = new StringBuilder();
  private final Map<Expr, String> visited = new IdentityHashMap<>();
  private final Map<String, String> known = new HashMap<>();
  private boolean draws;

  private ProgramSource(DType compute) {
    this.compute = compute;
    this.type = CudaType.of(compute);
  }

  /** The statements, and whether they need element numbers for their random words. */
  record Body(String text, boolean draws) {}

  /**
   * The statements that set {@code y0}, ... from {@code x0}, ... and the scalars {@code s0}, ...
   *
   * @param outputs the outputs' types
   * @throws DTypeException for a function that the compute type does not have
   */
  static Body of(Program program, List<DType> outputs) {
    ProgramSource source = new ProgramSource(program.compute());
    List<String> results = new ArrayList<>();
    for (Expr output : program.outputs()) {
      results.add(source.value(output));
    }
    for (int i = 0; i < results.size(); i++) {
      String cast = "cast<" + CudaType.of(outputs.get(i)) + ">(" + results.get(i) + ");\n";
      source.text.append("y").append(i).append(" = ").append(cast);
    }
    String drawing =
        """
        if (block.number != offset + (number >> 2)) {
          draw(block, seed, offset + (number >> 2));
        }
        const u32 word = (u32)number & 3u;
        """;
    return new Body((source.draws ? drawing : "") + source.text, source.draws);
  }

  /** The variable that holds an expression. */
  private String value(Expr expression) {
    String seen = visited.get(expression);
    if (seen == null) {
      String formula = formula(expression);
      seen =
          known.computeIfAbsent(
              formula,
              missing -> {
                String name = "t" + known.size();
                text.append("const ").append(type).append(' ').append(name);
                text.append(" = ").append(missing).append(";\n");
                return name;
              });
      visited.put(expression, seen);
    }
    return seen;
  }

  private String formula(Expr expression) {
    if (expression instanceof Expr.Input input) {
      return "cast<" + type + ">(x" + input.index() + ")";
    } else if (expression instanceof Expr.Scalar scalar) {
      return "s" + scalar.index();
    } else if (expression instanceof Expr.Constant constant) {
      return constant(constant.value());
    } else if (expression instanceof Expr.Unary unary) {
      check(unary.function(), INTEGRAL.contains(unary.function()), isBitwise(unary.function()));
      return call(unary.function(), value(unary.x()));
    } else if (expression instanceof Expr.Binary binary) {
      BinaryFunction function = binary.function();
      check(function, !FRACTIONAL.contains(function), BITWISE.contains(function));
      return call(function, value(binary.a()), value(binary.b()));
    } else if (expression instanceof Expr.Fma fma) {
      return "op_fma(" + value(fma.a()) + ", " + value(fma.b()) + ", " + value(fma.c()) + ")";
    } else if (expression instanceof Expr.Select select) {
      String condition = value(select.condition());
      return condition + " != 0 ? " + value(select.a()) + " : " + value(select.b());
    } else {
      Expr.Distribution distribution = ((Expr.Random) expression).distribution();
      if (compute == DType.INT64) {
        throw DTypeException.unsupported("random " + distribution, compute, "float32, float64");
      }
      draws = true;
      String name = distribution.name().toLowerCase(Locale.ROOT);
      return "(" + type + ")random_" + name + "(block, word)";
    }
  }

  private static boolean isBitwise(UnaryFunction function) {
    return function == UnaryFunction.BITWISE_NOT;
  }

  private void check(Enum<?> function, boolean ofIntegers, boolean ofIntegersOnly) {
    if (compute == DType.INT64 && !ofIntegers) {
      throw DTypeException.unsupported(function.name(), compute, "float32, float64");
    }
    if (compute != DType.INT64 && ofIntegersOnly) {
      throw DTypeException.unsupported(function.name(), "float", "the integers and bool");
    }
  }

  private static String call(Enum<?> function, String... arguments) {
    String name = function.name().toLowerCase(Locale.ROOT);
    return "op_" + name + "(" + String.join(", ", arguments) + ")";
  }

  /** A number by its bits, so that nothing is lost on the way. */
  private String constant(double value) {
    return switch (compute) {
      case FLOAT32 ->
          "bits_float(0x" + Integer.toHexString(Float.floatToIntBits((float) value)) + "u)";
      case FLOAT64 ->
          "__longlong_as_double((i64)0x"
              + Long.toHexString(Double.doubleToLongBits(value))
              + "ull)";
      default -> "(i64)0x" + Long.toHexString((long) value) + "ull";
    };
  }
}
