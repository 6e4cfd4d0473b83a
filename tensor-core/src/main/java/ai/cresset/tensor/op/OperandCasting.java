package ai.cresset.tensor.op;

import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Mode;
import java.util.List;

/**
 * Decides in which types operations of a thread are computed: the seam that mixed precision fills.
 * Asked before an operation is dispatched; not asked for what an operation is made of, nor in
 * backward passes.
 */
public interface OperandCasting {
  /** The operands of an operation in the types that it is to run in. */
  List<Tensor> operands(String operation, List<Tensor> operands);

  /**
   * The results in the types that they are to have.
   *
   * @param given the operands before {@link #operands}
   */
  List<Tensor> results(String operation, List<Tensor> given, List<Tensor> results);

  /** For functions that are composed of operations but have a type as a whole. */
  static Tensor ofFunction(String function, Tensor operand) {
    OperandCasting casting = Mode.current().casting();
    return casting == null ? operand : casting.operands(function, List.of(operand)).get(0);
  }
}
