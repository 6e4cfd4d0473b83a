package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.random.Generator;
import java.util.Arrays;

/** Registers of float32. */
final class FloatMachine extends BlockMachine {
  private final FloatKernels kernels;
  private final float[][] registers;

  FloatMachine(
      CompiledProgram program,
      double[] scalars,
      Generator.Key key,
      Scratch scratch,
      FloatKernels kernels) {
    super(program, scalars, key, scratch);
    this.kernels = kernels;
    this.registers = scratch.floatRegisters(program.registers());
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
    Arrays.fill(registers[target], 0, count, (float) value);
  }

  @Override
  void unary(UnaryFunction function, int x, int target, int count) {
    kernels.unary(function, registers[x], registers[target], count);
  }

  @Override
  void binary(BinaryFunction function, int a, int b, int target, int count) {
    float[] out = registers[target];
    if (program.isUniform(b)) {
      kernels.binaryUniform(function, registers[a], registers[b], out, count);
    } else if (program.isUniform(a) && commutes(function)) {
      kernels.binaryUniform(function, registers[b], registers[a], out, count);
    } else {
      kernels.binary(function, registers[a], registers[b], out, count);
    }
  }

  private static boolean commutes(BinaryFunction function) {
    return function == BinaryFunction.ADD || function == BinaryFunction.MUL;
  }

  /** Exponents that are a few multiplications or a root, as PyTorch computes them. */
  @Override
  void uniformPower(int a, int b, int target, int count) {
    float[] base = registers[a];
    float[] out = registers[target];
    float exponent = registers[b][0];
    if (exponent == 2) {
      kernels.binary(BinaryFunction.MUL, base, base, out, count);
    } else if (exponent == 3) {
      for (int i = 0; i < count; i++) {
        out[i] = base[i] * base[i] * base[i];
      }
    } else if (exponent == 0.5f) {
      kernels.unary(UnaryFunction.SQRT, base, out, count);
    } else if (exponent == -0.5f) {
      kernels.unary(UnaryFunction.RSQRT, base, out, count);
    } else if (exponent == -1) {
      kernels.unary(UnaryFunction.RECIPROCAL, base, out, count);
    } else if (exponent == 1) {
      System.arraycopy(base, 0, out, 0, count);
    } else {
      kernels.binary(BinaryFunction.POW, base, registers[b], out, count);
    }
  }

  @Override
  void fma(int a, int b, int c, int target, int count) {
    float[] out = registers[target];
    if (program.isUniform(b)) {
      kernels.fmaUniform(registers[a], registers[b], registers[c], out, count);
    } else if (program.isUniform(a)) {
      kernels.fmaUniform(registers[b], registers[a], registers[c], out, count);
    } else {
      kernels.fma(registers[a], registers[b], registers[c], out, count);
    }
  }

  @Override
  void select(int condition, int a, int b, int target, int count) {
    kernels.select(registers[condition], registers[a], registers[b], registers[target], count);
  }

  @Override
  void draw(Expr.Distribution distribution, Generator.Key key, long start, int target, int count) {
    RandomBlocks.draw(distribution, key, start, registers[target], count);
  }
}
