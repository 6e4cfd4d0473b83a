package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** The programs of an operation that stands for a family of functions, made once. */
final class FunctionPrograms<F extends Enum<F>> {
  private final Map<F, Programs> programs;

  FunctionPrograms(
      Class<F> type,
      Collection<F> functions,
      Function<F, Expr> expression,
      int numInputs,
      int numScalars) {
    programs = new EnumMap<>(type);
    for (F function : functions) {
      programs.put(function, Programs.of(expression.apply(function), numInputs, numScalars));
    }
  }

  /**
   * The programs of a member.
   *
   * @throws IllegalArgumentException for a function outside of the family
   */
  Programs of(F function) {
    Programs found = programs.get(function);
    if (found == null) {
      throw new IllegalArgumentException(function + " is none of " + programs.keySet());
    }
    return found;
  }
}
