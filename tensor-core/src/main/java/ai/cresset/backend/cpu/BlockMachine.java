package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr;
import ai.cresset.random.Generator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Executes a compiled program on blocks of at most {@link Scratch#BLOCK} elements. */
abstract class BlockMachine {
  final CompiledProgram program;
  final Scratch scratch;
  private final double[] scalars;
  private final Generator.Key key;

  BlockMachine(CompiledProgram program, double[] scalars, Generator.Key key, Scratch scratch) {
    this.program = program;
    this.scratch = scratch;
    this.scalars = scalars;
    this.key = key;
  }

  /** Prepares what is the same for every element, for blocks of up to {@code count}. */
  final void begin(int count) {
    for (Instruction instruction : program.prologue()) {
      execute(instruction, null, 0, count);
    }
  }

  /** Computes elements {@code start} to {@code start + count - 1}. */
  final void block(BlockView[] inputs, BlockView[] outputs, long start, int count) {
    for (Instruction instruction : program.body()) {
      execute(instruction, inputs, start, count);
    }
    for (int i = 0; i < outputs.length; i++) {
      store(outputs[i], program.outputs()[i], start, count);
    }
  }

  private void execute(
      Instruction instruction, BlockView @Nullable [] inputs, long start, int count) {
    if (instruction instanceof Instruction.Binary binary) {
      binary(binary.function(), binary.a(), binary.b(), binary.target(), count);
    } else if (instruction instanceof Instruction.Load load) {
      load(Objects.requireNonNull(inputs)[load.input()], start, count, load.target());
    } else if (instruction instanceof Instruction.Fma fma) {
      fma(fma.a(), fma.b(), fma.c(), fma.target(), count);
    } else if (instruction instanceof Instruction.Unary unary) {
      unary(unary.function(), unary.x(), unary.target(), count);
    } else if (instruction instanceof Instruction.Select select) {
      select(select.condition(), select.a(), select.b(), select.target(), count);
    } else if (instruction instanceof Instruction.UniformPower power) {
      uniformPower(power.a(), power.b(), power.target(), count);
    } else if (instruction instanceof Instruction.Draw draw) {
      draw(draw.distribution(), key, start, draw.target(), count);
    } else if (instruction instanceof Instruction.FillScalar fill) {
      fill(scalars[fill.scalar()], fill.target(), count);
    } else {
      Instruction.FillConstant fill = (Instruction.FillConstant) instruction;
      fill(fill.value(), fill.target(), count);
    }
  }

  abstract void load(BlockView input, long start, int count, int target);

  abstract void store(BlockView output, int register, long start, int count);

  abstract void fill(double value, int target, int count);

  abstract void unary(Expr.UnaryFunction function, int x, int target, int count);

  abstract void binary(Expr.BinaryFunction function, int a, int b, int target, int count);

  abstract void uniformPower(int a, int b, int target, int count);

  abstract void fma(int a, int b, int c, int target, int count);

  abstract void select(int condition, int a, int b, int target, int count);

  abstract void draw(
      Expr.Distribution distribution, Generator.Key key, long start, int target, int count);
}
