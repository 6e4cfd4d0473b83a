package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr;

/**
 * One step of a compiled program on whole blocks; operands and target are register numbers, which
 * may be equal.
 */
sealed interface Instruction {
  int target();

  /** Reads an input tensor. */
  record Load(int input, int target) implements Instruction {}

  /** Fills with a run-time number. */
  record FillScalar(int scalar, int target) implements Instruction {}

  /** Fills with a fixed number. */
  record FillConstant(double value, int target) implements Instruction {}

  record Unary(Expr.UnaryFunction function, int x, int target) implements Instruction {}

  record Binary(Expr.BinaryFunction function, int a, int b, int target) implements Instruction {}

  /** {@code a ^ b} where every element of b is the same. */
  record UniformPower(int a, int b, int target) implements Instruction {}

  record Fma(int a, int b, int c, int target) implements Instruction {}

  record Select(int condition, int a, int b, int target) implements Instruction {}

  record Draw(Expr.Distribution distribution, int target) implements Instruction {}
}
