package ai.cresset.backend;

/**
 * An element-wise expression. A CPU backend runs it block by block, a GPU backend makes a kernel of
 * it, the reference interprets it: one pass over memory for a whole chain.
 *
 * <p>All values inside of an expression have the {@linkplain Program#compute() compute type} of its
 * program; conditions are 0 and 1 in that type.
 */
public sealed interface Expr {
  /** The element of an input tensor, cast to the compute type. */
  record Input(int index) implements Expr {}

  /** A number given at run time: learning rates, slopes, bounds. */
  record Scalar(int index) implements Expr {}

  /** A number fixed in the program. */
  record Constant(double value) implements Expr {}

  /** A function of one argument. */
  record Unary(UnaryFunction function, Expr x) implements Expr {}

  /** A function of two arguments. */
  record Binary(BinaryFunction function, Expr a, Expr b) implements Expr {}

  /** {@code a * b + c}, rounded once. */
  record Fma(Expr a, Expr b, Expr c) implements Expr {}

  /** {@code condition != 0 ? a : b}. */
  record Select(Expr condition, Expr a, Expr b) implements Expr {}

  /** A random number of the element's own, from the key given at run time. */
  record Random(Distribution distribution) implements Expr {}

  /** Functions of one argument, named and defined as in {@code torch}. */
  enum UnaryFunction {
    NEG,
    ABS,
    SIGN,
    RECIPROCAL,
    SQRT,
    RSQRT,
    EXP,
    EXPM1,
    LOG,
    LOG1P,
    SIN,
    COS,
    TANH,
    SIGMOID,
    ERF,
    ERFC,
    ERFINV,
    LGAMMA,
    DIGAMMA,
    LOG2,
    LOG10,
    ASIN,
    ACOS,
    ATAN,
    SINH,
    COSH,
    ASINH,
    ACOSH,
    ATANH,
    FLOOR,
    CEIL,
    ROUND,
    TRUNC,
    /** Of integers only. */
    BITWISE_NOT,
    LOGICAL_NOT,
    IS_NAN,
    IS_INF,
    IS_FINITE
  }

  /** Functions of two arguments; comparisons give 0 or 1; MAX and MIN hand NaN on. */
  enum BinaryFunction {
    ADD,
    SUB,
    MUL,
    DIV,
    POW,
    MAX,
    MIN,
    REMAINDER,
    FMOD,
    FLOOR_DIV,
    ATAN2,
    HYPOT,
    /** The derivative of the digamma function whose order is the first argument, from 1 on. */
    POLYGAMMA,
    /** Of integers only, as are the other bitwise functions. */
    BITWISE_AND,
    BITWISE_OR,
    BITWISE_XOR,
    /** Shifts by less than 0 or more than 63 bits give what is left: 0, or -1 for -1 >> 64. */
    SHIFT_LEFT,
    SHIFT_RIGHT,
    EQ,
    NE,
    LT,
    LE,
    GT,
    GE,
    LOGICAL_AND,
    LOGICAL_OR,
    LOGICAL_XOR
  }

  /** What a random element is drawn from. */
  enum Distribution {
    /** [0, 1), in steps of 2^-24. */
    UNIFORM,
    /** Mean 0, variance 1. */
    NORMAL
  }

  static Expr input(int index) {
    return new Input(index);
  }

  static Expr scalar(int index) {
    return new Scalar(index);
  }

  static Expr constant(double value) {
    return new Constant(value);
  }

  static Expr random(Distribution distribution) {
    return new Random(distribution);
  }

  static Expr select(Expr condition, Expr a, Expr b) {
    return new Select(condition, a, b);
  }

  static Expr fma(Expr a, Expr b, Expr c) {
    return new Fma(a, b, c);
  }

  default Expr apply(UnaryFunction function) {
    return new Unary(function, this);
  }

  default Expr apply(BinaryFunction function, Expr other) {
    return new Binary(function, this, other);
  }

  default Expr plus(Expr other) {
    return apply(BinaryFunction.ADD, other);
  }

  default Expr minus(Expr other) {
    return apply(BinaryFunction.SUB, other);
  }

  default Expr times(Expr other) {
    return apply(BinaryFunction.MUL, other);
  }

  default Expr over(Expr other) {
    return apply(BinaryFunction.DIV, other);
  }
}
