package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Program;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Pointwise;
import ai.cresset.type.DType;
import java.util.List;

/**
 * The arithmetic of one update, element by element: several tensors change in a single pass over
 * memory. Outputs may be inputs; every input of an element is read before its outputs are written.
 */
public final class FusedUpdate {
  private final Program float32;
  private final Program float64;

  /** An expression for each tensor that changes, over the same inputs and numbers. */
  public FusedUpdate(int numInputs, int numScalars, Expr... outputs) {
    float32 = new Program(List.of(outputs), numInputs, numScalars, DType.FLOAT32);
    float64 = new Program(List.of(outputs), numInputs, numScalars, DType.FLOAT64);
  }

  /** Runs the update; half types compute in float32. */
  public void run(double[] scalars, List<Tensor> inputs, List<Tensor> outputs) {
    boolean wide = outputs.get(0).dtype() == DType.FLOAT64;
    Pointwise.run(wide ? float64 : float32, scalars, Generator.Key.NONE, inputs, outputs);
    outputs.forEach(output -> output.storage().changed());
  }
}
