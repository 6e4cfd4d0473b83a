package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Program;
import ai.cresset.error.DTypeException;
import ai.cresset.type.DType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns expressions into straight-line code: equal subexpressions are computed once, what does not
 * depend on the element goes into a prologue, and registers are used again after their last reader.
 */
final class ProgramCompiler {
  /** Instructions whose registers are still value numbers; shared ones are found by equality. */
  private final List<Instruction> values = new ArrayList<>();

  private final Map<Instruction, Integer> known = new HashMap<>();
  private final Map<Expr, Integer> visited = new IdentityHashMap<>();
  private final List<Boolean> uniform = new ArrayList<>();
  private final DType compute;

  private ProgramCompiler(DType compute) {
    this.compute = compute;
  }

  static CompiledProgram compile(Program program) {
    ProgramCompiler compiler = new ProgramCompiler(program.compute());
    int[] outputs = program.outputs().stream().mapToInt(compiler::number).toArray();
    return compiler.allocate(outputs);
  }

  /** The value number of an expression. */
  private int number(Expr expression) {
    Integer seen = visited.get(expression);
    if (seen != null) {
      return seen;
    }
    int number = define(expression);
    visited.put(expression, number);
    return number;
  }

  private int define(Expr expression) {
    if (expression instanceof Expr.Input input) {
      return value(new Instruction.Load(input.index(), -1), false);
    } else if (expression instanceof Expr.Scalar scalar) {
      return value(new Instruction.FillScalar(scalar.index(), -1), true);
    } else if (expression instanceof Expr.Constant constant) {
      return value(new Instruction.FillConstant(constant.value(), -1), true);
    } else if (expression instanceof Expr.Unary unary) {
      int x = number(unary.x());
      return value(new Instruction.Unary(unary.function(), x, -1), uniform.get(x));
    } else if (expression instanceof Expr.Binary binary) {
      int a = number(binary.a());
      int b = number(binary.b());
      boolean both = uniform.get(a) && uniform.get(b);
      return binary.function() == Expr.BinaryFunction.POW && uniform.get(b)
          ? value(new Instruction.UniformPower(a, b, -1), both)
          : value(new Instruction.Binary(binary.function(), a, b, -1), both);
    } else if (expression instanceof Expr.Fma fma) {
      int a = number(fma.a());
      int b = number(fma.b());
      int c = number(fma.c());
      boolean all = uniform.get(a) && uniform.get(b) && uniform.get(c);
      return value(new Instruction.Fma(a, b, c, -1), all);
    } else if (expression instanceof Expr.Select select) {
      int condition = number(select.condition());
      int a = number(select.a());
      int b = number(select.b());
      boolean all = uniform.get(condition) && uniform.get(a) && uniform.get(b);
      return value(new Instruction.Select(condition, a, b, -1), all);
    } else {
      Expr.Distribution distribution = ((Expr.Random) expression).distribution();
      if (compute == DType.INT64) {
        throw DTypeException.unsupported("random " + distribution, DType.INT64, "float32, float64");
      }
      return value(new Instruction.Draw(distribution, -1), false);
    }
  }

  private int value(Instruction instruction, boolean isUniform) {
    Integer same = known.get(instruction);
    if (same != null) {
      return same;
    }
    int number = values.size();
    values.add(instruction);
    uniform.add(isUniform);
    known.put(instruction, number);
    return number;
  }

  private CompiledProgram allocate(int[] outputs) {
    int[] lastReader = lastReaders(outputs);
    int[] register = new int[values.size()];
    int registers = 0;
    List<Instruction> prologue = new ArrayList<>();
    for (int v = 0; v < register.length; v++) {
      if (uniform.get(v)) {
        register[v] = registers++;
        prologue.add(renamed(values.get(v), register, register[v]));
      }
    }
    List<Instruction> body = new ArrayList<>();
    ArrayDeque<Integer> free = new ArrayDeque<>();
    for (int v = 0; v < register.length; v++) {
      if (uniform.get(v)) {
        continue;
      }
      int number = v;
      Arrays.stream(operands(values.get(v)))
          .distinct()
          .filter(operand -> lastReader[operand] == number && !uniform.get(operand))
          .forEach(operand -> free.push(register[operand]));
      Integer reused = free.poll();
      register[v] = reused == null ? registers++ : reused;
      body.add(renamed(values.get(v), register, register[v]));
    }
    int[] outputRegisters = Arrays.stream(outputs).map(v -> register[v]).toArray();
    return new CompiledProgram(
        prologue.toArray(Instruction[]::new),
        body.toArray(Instruction[]::new),
        outputRegisters,
        registers,
        compute);
  }

  private int[] lastReaders(int[] outputs) {
    int[] last = new int[values.size()];
    for (int v = 0; v < last.length; v++) {
      for (int operand : operands(values.get(v))) {
        last[operand] = v;
      }
    }
    for (int output : outputs) {
      last[output] = Integer.MAX_VALUE;
    }
    return last;
  }

  private static int[] operands(Instruction instruction) {
    if (instruction instanceof Instruction.Unary unary) {
      return new int[] {unary.x()};
    } else if (instruction instanceof Instruction.Binary binary) {
      return new int[] {binary.a(), binary.b()};
    } else if (instruction instanceof Instruction.UniformPower power) {
      return new int[] {power.a(), power.b()};
    } else if (instruction instanceof Instruction.Fma fma) {
      return new int[] {fma.a(), fma.b(), fma.c()};
    } else if (instruction instanceof Instruction.Select select) {
      return new int[] {select.condition(), select.a(), select.b()};
    } else {
      return new int[0];
    }
  }

  /** The same instruction on registers instead of value numbers. */
  private static Instruction renamed(Instruction instruction, int[] at, int target) {
    if (instruction instanceof Instruction.Load load) {
      return new Instruction.Load(load.input(), target);
    } else if (instruction instanceof Instruction.FillScalar fill) {
      return new Instruction.FillScalar(fill.scalar(), target);
    } else if (instruction instanceof Instruction.FillConstant fill) {
      return new Instruction.FillConstant(fill.value(), target);
    } else if (instruction instanceof Instruction.Unary unary) {
      return new Instruction.Unary(unary.function(), at[unary.x()], target);
    } else if (instruction instanceof Instruction.Binary binary) {
      return new Instruction.Binary(binary.function(), at[binary.a()], at[binary.b()], target);
    } else if (instruction instanceof Instruction.UniformPower power) {
      return new Instruction.UniformPower(at[power.a()], at[power.b()], target);
    } else if (instruction instanceof Instruction.Fma fma) {
      return new Instruction.Fma(at[fma.a()], at[fma.b()], at[fma.c()], target);
    } else if (instruction instanceof Instruction.Select select) {
      return new Instruction.Select(at[select.condition()], at[select.a()], at[select.b()], target);
    } else {
      return new Instruction.Draw(((Instruction.Draw) instruction).distribution(), target);
    }
  }
}
