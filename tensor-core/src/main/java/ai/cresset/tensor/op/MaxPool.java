package ai.cresset.tensor.op;

import ai.cresset.backend.Window;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The largest element of each window ({@code F.max_pool2d}, {@code F.adaptive_max_pool2d} and their
 * kin), and its place among the elements of its channel, int64.
 *
 * @param windows one for each spatial dimension of {@code [batch, channels, ...]}
 * @param pooled the spatial sizes of the result
 */
public record MaxPool(List<Window> windows, Shape pooled) implements Op {
  public MaxPool {
    windows = List.copyOf(windows);
  }

  @Override
  public String name() {
    return "maxPool" + windows.size() + "d";
  }

  @Override
  public List<Spec> infer(List<Spec> inputs) {
    Spec values = AveragePool.rule(name(), windows, pooled, inputs.get(0));
    return List.of(values, values.withDType(DType.INT64));
  }

  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs, List<Spec> outputs) {
    Tensor x = inputs.get(0);
    Strides strides = MemoryFormat.of(x).strides(outputs.get(0).shape());
    Tensor values = Tensor.empty(outputs.get(0), strides);
    Tensor indices = Tensor.empty(outputs.get(1), strides);
    values.backend().maxPool(windows, x.materialize(), values.materialize(), indices.materialize());
    context.save(indices);
    return List.of(values, indices);
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gradient = gradients.get(0);
    return gradient == null
        ? Gradients.of((Tensor) null)
        : Gradients.of(
            Dispatch.apply(new MaxUnpool(context.input(0).shape()), gradient, context.saved(0)));
  }
}
