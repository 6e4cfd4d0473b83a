package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Gradients;
import ai.cresset.tensor.op.Needs;
import ai.cresset.tensor.op.SimpleOp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole (input 0) in which a part of its memory became another tensor (input 1): what a base is
 * after a view of it was changed in place.
 *
 * @param whole the base
 * @param part the view
 */
record RegionReplaced(Region whole, Region part) implements SimpleOp {
  @Override
  public String name() {
    return "changedView";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    return whole.spec();
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = whole.zeros();
    result.copy_(inputs.get(0));
    try (Tensor place = whole.part(result, part)) {
      place.copy_(inputs.get(1));
    }
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor rest = null;
    if (needs.input(0)) {
      Tensor nothing = Tensor.zeros(part.spec());
      rest = Dispatch.apply(this, gradient, nothing);
    }
    Tensor inside = needs.input(1) ? Dispatch.apply(new RegionOf(whole, part), gradient) : null;
    return Gradients.of(rest, inside);
  }
}
