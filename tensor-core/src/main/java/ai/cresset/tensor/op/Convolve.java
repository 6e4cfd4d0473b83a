package ai.cresset.tensor.op;

import ai.cresset.backend.Convolution;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution ({@code F.conv1d}, {@code F.conv2d}, {@code F.conv3d}). Inputs: x {@code [batch,
 * channels, ...]}, weight {@code [outChannels, channels / groups, ...]}, then the bias {@code
 * [outChannels]} where there is one. The result is channels-last.
 *
 * @param window strides, padding, dilation, groups
 * @param biased whether there is a bias
 */
public record Convolve(Convolution window, boolean biased) implements SimpleOp {
  @Override
  public String name() {
    return "conv" + window.rank() + "d";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec x = inputs.get(0);
    Shape weight = inputs.get(1).shape();
    checkOperands(name(), window, x, inputs.get(1));
    long channels = weight.size(1) * window.groups();
    if (x.shape().size(1) != channels) {
      throw ShapeException.mismatch(
          name(),
          "an input of "
              + channels
              + " channels (dim 1) for weight "
              + weight
              + " with groups "
              + window.groups(),
          x.shape(),
          "change the input, the weight's dim 1 or groups");
    }
    checkGroups(name(), window, weight);
    if (biased) {
      checkBias(name(), inputs.get(2), x, weight.size(0));
    }
    long[] sizes = x.shape().toArray();
    sizes[1] = weight.size(0);
    for (int dim = 0; dim < window.rank(); dim++) {
      long size = window.outputSize(dim, sizes[2 + dim], weight.size(2 + dim));
      if (size < 1) {
        throw ShapeException.mismatch(
            name(),
            "an input of at least "
                + window.reach(dim, weight.size(2 + dim))
                + " elements in dim "
                + (2 + dim)
                + ", padding included, for weight "
                + weight
                + "; pad it, or take a smaller kernel or dilation",
            x.shape()
                + " with padding "
                + window.padding().get(dim)
                + " and "
                + window.paddingAfter().get(dim));
      }
      sizes[2 + dim] = size;
    }
    return x.withShape(Shape.of(sizes));
  }

  /** Ranks and types. */
  static void checkOperands(String op, Convolution window, Spec x, Spec weight) {
    int rank = window.rank() + 2;
    if (x.shape().rank() != rank) {
      throw ShapeException.mismatch(op, image(window.rank()), x.shape());
    }
    if (weight.shape().rank() != rank) {
      throw ShapeException.mismatch(op, "a weight of rank " + rank, weight.shape());
    }
    if (!x.dtype().isFloating()) {
      throw DTypeException.unsupported(op, x.dtype(), "the floating types");
    }
    if (weight.dtype() != x.dtype()) {
      throw DTypeException.mismatch(op + " (weight)", x.dtype(), weight.dtype());
    }
  }

  /** What an input of so many spatial dimensions looks like. */
  static String image(int spatial) {
    String[] names = {"length", "height, width", "depth, height, width"};
    return "an input [batch, channels, "
        + names[spatial - 1]
        + "] of rank "
        + (spatial + 2)
        + " (or without batch)";
  }

  static void checkGroups(String op, Convolution window, Shape weight) {
    if (weight.size(0) % window.groups() != 0) {
      throw ShapeException.mismatch(
          op,
          "a weight whose dim 0 divides by groups " + window.groups() + "; change groups",
          weight);
    }
  }

  static void checkBias(String op, Spec bias, Spec x, long channels) {
    if (!bias.shape().equals(Shape.of(channels))) {
      throw ShapeException.mismatch(op, "a bias of [" + channels + "]", bias.shape());
    }
    if (bias.dtype() != x.dtype()) {
      throw DTypeException.mismatch(op + " (bias)", x.dtype(), bias.dtype());
    }
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Tensor.empty(output, MemoryFormat.CHANNELS_LAST.strides(output.shape()));
    context.save(inputs.get(0), inputs.get(1));
    result
        .backend()
        .convolution(
            window,
            inputs.get(0).materialize(),
            inputs.get(1).materialize(),
            biased ? inputs.get(2).materialize() : null,
            result.materialize());
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor toX = null;
    Tensor toWeight = null;
    if (needs.input(0)) {
      Op op = new ConvolveInput(window, context.input(0).shape());
      toX = Dispatch.apply(op, gradient, context.saved(1));
    }
    if (needs.input(1)) {
      Op op = new ConvolveWeight(window, context.input(1).shape());
      toWeight = Dispatch.applyInto(needs.place(1), op, context.saved(0), gradient);
    }
    if (!biased) {
      return Gradients.of(toX, toWeight);
    }
    return Gradients.of(toX, toWeight, needs.input(2) ? channelSums(gradient) : null);
  }

  /** The sum over all but dim 1. */
  static Tensor channelSums(Tensor gradient) {
    int[] dims = new int[gradient.rank() - 1];
    for (int i = 1; i < dims.length; i++) {
      dims[i] = i + 1;
    }
    return gradient.sum(dims, false);
  }
}
