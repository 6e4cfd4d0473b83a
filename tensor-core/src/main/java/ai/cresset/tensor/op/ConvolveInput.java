package ai.cresset.tensor.op;

import ai.cresset.backend.Convolution;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of a convolution's input, which is the transposed convolution ({@code
 * F.conv_transpose2d} and its kin). Inputs: gradient {@code [batch, outChannels, ...]}, weight
 * {@code [outChannels, channels / groups, ...]}. The result is channels-last.
 *
 * @param window of the convolution
 * @param input the shape of its input: the result's
 */
public record ConvolveInput(Convolution window, Shape input) implements SimpleOp {
  @Override
  public String name() {
    return "convTranspose" + window.rank() + "d";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec gradient = inputs.get(0);
    Shape weight = inputs.get(1).shape();
    Convolve.checkOperands(name(), window, gradient, inputs.get(1));
    if (gradient.shape().size(1) != weight.size(0)) {
      throw ShapeException.mismatch(
          name(),
          "an input of " + weight.size(0) + " channels (dim 1) for weight " + weight,
          gradient.shape());
    }
    Convolve.checkGroups(name(), window, weight);
    return gradient.withShape(input);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output, MemoryFormat.CHANNELS_LAST.strides(output.shape()));
    context.save(inputs.get(0), inputs.get(1));
    result
        .backend()
        .convolutionInput(
            window, inputs.get(0).materialize(), inputs.get(1).materialize(), result.materialize());
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor toGradient = null;
    Tensor toWeight = null;
    if (needs.input(0)) {
      Tensor whole = Dispatch.apply(new Convolve(window, false), gradient, context.saved(1));
      toGradient = first(whole, context.input(0).shape());
    }
    if (needs.input(1)) {
      Op op = new ConvolveWeight(window, context.input(1).shape());
      toWeight = Dispatch.apply(op, gradient, context.saved(0));
    }
    return Gradients.of(toGradient, toWeight);
  }

  /**
   * The first elements of each spatial dimension: there are more where an output padding made the
   * input of a convolution larger than its output accounts for.
   */
  static Tensor first(Tensor whole, Shape shape) {
    Tensor part = whole;
    for (int dim = 2; dim < shape.rank(); dim++) {
      if (part.size(dim) != shape.size(dim)) {
        part = part.narrow(dim, 0, shape.size(dim));
      }
    }
    return part;
  }
}
