package ai.cresset.tensor.op;

import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A dense copy in a memory format ({@code torch.clone}). */
public record Contiguous(MemoryFormat format) implements SimpleOp {
  /** A row-major copy. */
  public Contiguous() {
    this(MemoryFormat.CONTIGUOUS);
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    return inputs.get(0);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor copy = Tensor.empty(output, format.strides(output.shape()));
    copy.backend().copy(inputs.get(0).materialize(), copy.materialize());
    return copy;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(gradient);
  }
}
