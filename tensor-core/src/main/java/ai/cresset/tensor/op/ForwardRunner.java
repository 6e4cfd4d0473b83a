package ai.cresset.tensor.op;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Graph;
import java.util.List;

/**
 * Computes recorded operations of a thread in the dispatcher's place: the seam by which a
 * recomputation keeps results and hands them out again. Not asked for what an operation is made of,
 * nor without gradient mode.
 */
public interface ForwardRunner {
  /** What {@link Op#forward} gives; the context is told the same. */
  List<Tensor> run(Op op, Graph.Recording made, List<Tensor> inputs, List<Spec> outputs);
}
