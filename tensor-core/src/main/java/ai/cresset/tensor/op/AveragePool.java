package ai.cresset.tensor.op;

import ai.cresset.backend.Averaging;
import ai.cresset.backend.Window;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The average of each window ({@code F.avg_pool2d}, {@code F.adaptive_avg_pool2d} and their kin).
 *
 * @param averaging windows for the spatial dimensions of {@code [batch, channels, ...]}
 * @param pooled the spatial sizes of the result
 */
public record AveragePool(Averaging averaging, Shape pooled) implements SimpleOp {
  @Override
  public String name() {
    return "avgPool" + averaging.windows().size() + "d";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    return rule(name(), averaging.windows(), pooled, inputs.get(0));
  }

  /** The result of pooling an image. */
  static Spec rule(String op, List<Window> windows, Shape pooled, Spec x) {
    if (x.shape().rank() != windows.size() + 2) {
      throw ShapeException.mismatch(op, Convolve.image(windows.size()), x.shape());
    }
    if (!x.dtype().isFloating()) {
      throw DTypeException.unsupported(op, x.dtype(), "the floating types");
    }
    long[] sizes = x.shape().toArray();
    for (int dim = 0; dim < windows.size(); dim++) {
      if (pooled.size(dim) < 1 || sizes[2 + dim] < 1) {
        throw ShapeException.mismatch(
            op,
            "an input that holds at least one window in dim "
                + (2 + dim)
                + "; pad it, or take a smaller kernel",
            x.shape() + " with " + windows.get(dim));
      }
      sizes[2 + dim] = pooled.size(dim);
    }
    return x.withShape(Shape.of(sizes));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor x = inputs.get(0);
    Tensor result = Tensor.empty(output, MemoryFormat.of(x).strides(output.shape()));
    result.backend().averagePool(averaging, x.materialize(), result.materialize());
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(Dispatch.apply(new Spread(this, context.input(0).shape()), gradient));
  }

  /** The mirror: each element spread over its window. */
  public record Spread(AveragePool pool, Shape whole) implements SimpleOp {
    @Override
    public String name() {
      return pool.name() + "Backward";
    }

    @Override
    public Spec rule(List<Spec> inputs) {
      return inputs.get(0).withShape(whole);
    }

    @Override
    public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
      Tensor gradient = inputs.get(0);
      Tensor result = Tensor.empty(output, MemoryFormat.of(gradient).strides(output.shape()));
      result
          .backend()
          .averagePoolBackward(pool.averaging, gradient.materialize(), result.materialize());
      return result;
    }

    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      return Gradients.of(Dispatch.apply(pool, gradient));
    }
  }
}
