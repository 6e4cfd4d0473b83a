package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.random.Generator;
import ai.cresset.type.DType;
import java.util.Arrays;

/** Registers of float64. */
final class DoubleMachine extends BlockMachine {
  private final double[][] registers;

  DoubleMachine(CompiledProgram program, double[] scalars, Generator.Key key, Scratch scratch) {
    super(program, scalars, key, scratch);
    this.registers = scratch.doubleRegisters(program.registers());
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
    Arrays.fill(registers[target], 0, count, value);
  }

  @Override
  void unary(UnaryFunction function, int operand, int target, int count) {
    double[] x = registers[operand];
    double[] out = registers[target];
    for (int i = 0; i < count; i++) {
      out[i] = DoubleMath.unary(function, x[i]);
    }
  }

  @Override
  void binary(BinaryFunction function, int left, int right, int target, int count) {
    double[] a = registers[left];
    double[] b = registers[right];
    double[] out = registers[target];
    switch (function) {
      case ADD -> {
        for (int i = 0; i < count; i++) {
          out[i] = a[i] + b[i];
        }
      }
      case SUB -> {
        for (int i = 0; i < count; i++) {
          out[i] = a[i] - b[i];
        }
      }
      case MUL -> {
        for (int i = 0; i < count; i++) {
          out[i] = a[i] * b[i];
        }
      }
      case DIV -> {
        for (int i = 0; i < count; i++) {
          out[i] = a[i] / b[i];
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          out[i] = DoubleMath.binary(function, a[i], b[i]);
        }
      }
    }
  }

  @Override
  void uniformPower(int a, int b, int target, int count) {
    if (registers[b][0] == 2) {
      binary(BinaryFunction.MUL, a, a, target, count);
    } else {
      binary(BinaryFunction.POW, a, b, target, count);
    }
  }

  @Override
  void fma(int first, int second, int third, int target, int count) {
    double[] a = registers[first];
    double[] b = registers[second];
    double[] c = registers[third];
    double[] out = registers[target];
    for (int i = 0; i < count; i++) {
      out[i] = Math.fma(a[i], b[i], c[i]);
    }
  }

  @Override
  void select(int condition, int left, int right, int target, int count) {
    double[] choose = registers[condition];
    double[] a = registers[left];
    double[] b = registers[right];
    double[] out = registers[target];
    for (int i = 0; i < count; i++) {
      out[i] = choose[i] != 0 ? a[i] : b[i];
    }
  }

  @Override
  void draw(Expr.Distribution distribution, Generator.Key key, long start, int target, int count) {
    float[] values = (float[]) scratch.raw(DType.FLOAT32);
    RandomBlocks.draw(distribution, key, start, values, count);
    for (int i = 0; i < count; i++) {
      registers[target][i] = values[i];
    }
  }
}
