package ai.cresset.tensor.op;

import ai.cresset.backend.Convolution;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of a convolution's weight. Inputs: x {@code [batch, channels, ...]}, gradient {@code
 * [batch, outChannels, ...]}.
 *
 * @param window of the convolution
 * @param weight the shape of its weight: the result's
 */
public record ConvolveWeight(Convolution window, Shape weight) implements SimpleOp {
  @Override
  public String name() {
    return "conv" + window.rank() + "dWeight";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    return inputs.get(0).withShape(weight);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = context.result(output);
    context.save(inputs.get(0), inputs.get(1));
    result
        .backend()
        .convolutionWeight(
            window, inputs.get(0).materialize(), inputs.get(1).materialize(), result.materialize());
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor toX = null;
    Tensor toGradient = null;
    if (needs.input(0)) {
      Op op = new ConvolveInput(window, context.input(0).shape());
      toX = Dispatch.apply(op, context.saved(1), gradient);
    }
    if (needs.input(1)) {
      Tensor whole = Dispatch.apply(new Convolve(window, false), context.saved(0), gradient);
      toGradient = ConvolveInput.first(whole, context.input(1).shape());
    }
    return Gradients.of(toX, toGradient);
  }
}
