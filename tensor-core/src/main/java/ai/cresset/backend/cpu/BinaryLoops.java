package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr.BinaryFunction;

/**
 * Loops over float arrays, one method for each function of two arguments, so that the compiler sees
 * each as a loop of its own.
 */
final class BinaryLoops {
  private BinaryLoops() {}

  static void run(BinaryFunction function, float[] a, float[] b, float[] out, int from, int to) {
    switch (function) {
      case ADD -> add(a, b, out, from, to);
      case SUB -> sub(a, b, out, from, to);
      case MUL -> mul(a, b, out, from, to);
      case DIV -> div(a, b, out, from, to);
      case POW -> pow(a, b, out, from, to);
      case MAX -> max(a, b, out, from, to);
      case MIN -> min(a, b, out, from, to);
      case REMAINDER -> remainder(a, b, out, from, to);
      case FMOD -> fmod(a, b, out, from, to);
      case FLOOR_DIV -> floorDiv(a, b, out, from, to);
      case ATAN2, HYPOT, POLYGAMMA, BITWISE_AND, BITWISE_OR, BITWISE_XOR, SHIFT_LEFT, SHIFT_RIGHT ->
          inDouble(function, a, b, out, from, to);
      case EQ -> eq(a, b, out, from, to);
      case NE -> ne(a, b, out, from, to);
      case LT -> lt(a, b, out, from, to);
      case LE -> le(a, b, out, from, to);
      case GT -> gt(a, b, out, from, to);
      case GE -> ge(a, b, out, from, to);
      case LOGICAL_AND -> logicalAnd(a, b, out, from, to);
      case LOGICAL_OR -> logicalOr(a, b, out, from, to);
      case LOGICAL_XOR -> logicalXor(a, b, out, from, to);
    }
  }

  private static void inDouble(
      BinaryFunction function, float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = (float) DoubleMath.binary(function, a[i], b[i]);
    }
  }

  private static void add(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] + b[i];
    }
  }

  private static void sub(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] - b[i];
    }
  }

  private static void mul(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] * b[i];
    }
  }

  private static void div(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] / b[i];
    }
  }

  private static void pow(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = (float) DoubleMath.power(a[i], b[i]);
    }
  }

  private static void max(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = Math.max(a[i], b[i]);
    }
  }

  private static void min(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = Math.min(a[i], b[i]);
    }
  }

  private static void remainder(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = (float) DoubleMath.remainder(a[i], b[i]);
    }
  }

  private static void fmod(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] % b[i];
    }
  }

  private static void floorDiv(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = (float) DoubleMath.floorDivide(a[i], b[i]);
    }
  }

  private static void eq(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] == b[i] ? 1 : 0;
    }
  }

  private static void ne(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] != b[i] ? 1 : 0;
    }
  }

  private static void lt(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] < b[i] ? 1 : 0;
    }
  }

  private static void le(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] <= b[i] ? 1 : 0;
    }
  }

  private static void gt(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] > b[i] ? 1 : 0;
    }
  }

  private static void ge(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] >= b[i] ? 1 : 0;
    }
  }

  private static void logicalAnd(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] != 0 && b[i] != 0 ? 1 : 0;
    }
  }

  private static void logicalOr(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] != 0 || b[i] != 0 ? 1 : 0;
    }
  }

  private static void logicalXor(float[] a, float[] b, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = a[i] != 0 != (b[i] != 0) ? 1 : 0;
    }
  }
}
