package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Gradients;
import ai.cresset.tensor.op.Needs;
import ai.cresset.tensor.op.SimpleOp;
import ai.cresset.tensor.op.SumTo;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a whole where a part of its memory lies: what a view is of its changed base.
 *
 * @param whole the base
 * @param part the view
 */
record RegionOf(Region whole, Region part) implements SimpleOp {
  @Override
  public String name() {
    return "view";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    return part.spec();
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    try (Tensor laid = whole.zeros()) {
      laid.copy_(inputs.get(0));
      try (Tensor view = whole.part(laid, part)) {
        return view.detachedClone();
      }
    }
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    if (!part.repeats()) {
      return Gradients.of(Dispatch.apply(new Embed(whole, part), gradient));
    }
    long[] sizes = part.spec().shape().toArray();
    long[] strides = part.strides().toArray();
    for (int dim = 0; dim < sizes.length; dim++) {
      if (strides[dim] == 0) {
        sizes[dim] = 1;
      }
    }
    Shape once = Shape.of(sizes);
    Region narrow = new Region(part.spec().withShape(once), Strides.of(strides), part.offset());
    return Gradients.of(Dispatch.apply(new Embed(whole, narrow), SumTo.shape(gradient, once)));
  }

  /** The mirror: zeros of the whole with the part laid in. */
  record Embed(Region whole, Region part) implements SimpleOp {
    @Override
    public String name() {
      return "viewBackward";
    }

    @Override
    public Spec rule(List<Spec> inputs) {
      return whole.spec();
    }

    @Override
    public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
      Tensor result = whole.zeros();
      try (Tensor place = whole.part(result, part)) {
        place.copy_(inputs.get(0));
      }
      return result;
    }

    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      return Gradients.of(Dispatch.apply(new RegionOf(whole, part), gradient));
    }
  }
}
