package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.random.Generator;
import java.util.Arrays;

/** Registers of int64, for integers and booleans. */
final class LongMachine extends BlockMachine {
  private final long[][] registers;

  LongMachine(CompiledProgram program, double[] scalars, Generator.Key key, Scratch scratch) {
    super(program, scalars, key, scratch);
    this.registers = scratch.longRegisters(program.registers());
  }

  @Override
  void load(BlockView input, long start, int count, int target) {
    input.read(start, count, registers[target], 0, scratch);
  }

  @Override
  void store(BlockView output, int register, long start, int count) {
    output.write(registers[register], 0, start, count, scratch);
  }

  @Override
  void fill(double value, int target, int count) {
    Arrays.fill(registers[target], 0, count, (long) value);
  }

  @Override
  void unary(UnaryFunction function, int operand, int target, int count) {
    long[] x = registers[operand];
    long[] out = registers[target];
    for (int i = 0; i < count; i++) {
      out[i] = LongMath.unary(function, x[i]);
    }
  }

  @Override
  void binary(BinaryFunction function, int left, int right, int target, int count) {
    long[] a = registers[left];
    long[] b = registers[right];
    long[] out = registers[target];
    for (int i = 0; i < count; i++) {
      out[i] = LongMath.binary(function, a[i], b[i]);
    }
  }

  @Override
  void uniformPower(int a, int b, int target, int count) {
    binary(BinaryFunction.POW, a, b, target, count);
  }

  @Override
  void fma(int first, int second, int third, int target, int count) {
    long[] a = registers[first];
    long[] b = registers[second];
    long[] c = registers[third];
    long[] out = registers[target];
    for (int i = 0; i < count; i++) {
      out[i] = a[i] * b[i] + c[i];
    }
  }

  @Override
  void select(int condition, int left, int right, int target, int count) {
    long[] choose = registers[condition];
    long[] a = registers[left];
    long[] b = registers[right];
    long[] out = registers[target];
    for (int i = 0; i < count; i++) {
      out[i] = choose[i] != 0 ? a[i] : b[i];
    }
  }

  @Override
  void draw(Expr.Distribution distribution, Generator.Key key, long start, int target, int count) {
    throw LongMath.unsupported(distribution);
  }
}
