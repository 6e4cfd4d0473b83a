package ai.cresset.tensor.op;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Program;
import ai.cresset.backend.View;
import ai.cresset.error.DTypeException;
import ai.cresset.random.Generator;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * An element-wise operation: operands of one type broadcast to one shape. Type promotion happened
 * before ({@link Promotion}).
 */
public interface Pointwise extends SimpleOp {
  double[] NO_SCALARS = new double[0];

  /** The expression over the inputs. */
  Programs programs();

  /** The run-time numbers of the expression. */
  default double[] scalars() {
    return NO_SCALARS;
  }

  /** The types the operation takes. */
  default OperandTypes operands() {
    return OperandTypes.ANY;
  }

  /** Where the random numbers of the expression begin, if it has any. */
  default Generator.Key key() {
    return Generator.Key.NONE;
  }

  /** The type of the result for operands of this type. */
  default DType resultType(DType operands) {
    return operands;
  }

  @Override
  default Spec rule(List<Spec> inputs) {
    Spec first = inputs.get(0);
    operands().check(name(), first.dtype());
    Shape shape = first.shape();
    for (Spec input : inputs) {
      shape = Shape.broadcast(name(), shape, input.shape());
      if (input.dtype() != first.dtype()) {
        throw DTypeException.mismatch(name(), first.dtype(), input.dtype());
      }
    }
    return new Spec(shape, resultType(first.dtype()), first.device());
  }

  @Override
  default Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output, MemoryFormat.resultStrides(inputs, output.shape()));
    DType operands = inputs.get(0).dtype();
    DType widest =
        output.dtype() == DType.BOOL ? operands : DType.promote(operands, output.dtype());
    run(programs().forOperands(widest), scalars(), key(), inputs, List.of(result));
    return result;
  }

  @Override
  default boolean overwrite(List<Tensor> inputs) {
    Tensor self = inputs.get(0);
    for (int i = 1; i < inputs.size(); i++) {
      Tensor other = inputs.get(i);
      boolean same =
          other.storageOffset() == self.storageOffset()
              && other.shape().equals(self.shape())
              && other.strides().equals(self.strides());
      if (other.storage() == self.storage() && !same) {
        return false;
      }
    }
    run(programs().forOperands(self.dtype()), scalars(), key(), inputs, List.of(self));
    return true;
  }

  /** Runs a program on tensors of any shapes that broadcast to the outputs'. */
  static void run(
      Program program,
      double[] scalars,
      Generator.Key key,
      List<Tensor> inputs,
      List<Tensor> outputs) {
    Shape shape = outputs.get(0).shape();
    Backend backend = outputs.get(0).backend();
    List<View> inputViews = new ArrayList<>(inputs.size());
    for (Tensor input : inputs) {
      inputViews.add(input.materialize().broadcast(shape));
    }
    List<View> outputViews = new ArrayList<>(outputs.size());
    for (Tensor output : outputs) {
      outputViews.add(output.materialize());
    }
    backend.pointwise(program, scalars, key, inputViews, outputViews);
  }
}
