package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bounds elements by those of other tensors ({@code torch.clamp}); the slope is 1 on the bounds.
 * Inputs: x, then the lower and the upper bound where there are any.
 */
public record ClampTensor(boolean hasLow, boolean hasHigh) implements Pointwise {
  private static final Expr X = Expr.input(0);
  private static final Programs LOW = Programs.of(X.apply(BinaryFunction.MAX, Expr.input(1)), 2, 0);
  private static final Programs HIGH =
      Programs.of(X.apply(BinaryFunction.MIN, Expr.input(1)), 2, 0);
  private static final Programs BOTH =
      Programs.of(
          X.apply(BinaryFunction.MAX, Expr.input(1)).apply(BinaryFunction.MIN, Expr.input(2)),
          3,
          0);

  @Override
  public String name() {
    return "clamp";
  }

  @Override
  public Programs programs() {
    return hasLow ? hasHigh ? BOTH : LOW : HIGH;
  }

  @Override
  public OperandTypes operands() {
    return hasLow && hasHigh ? OperandTypes.NUMBERS : OperandTypes.ANY;
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    context.save(inputs.toArray(Tensor[]::new));
    return Pointwise.super.compute(context, inputs, output);
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor x = context.saved(0);
    Tensor low = hasLow ? context.saved(1) : null;
    Tensor high = hasHigh ? context.saved(hasLow ? 2 : 1) : null;
    Tensor below = low == null ? null : x.lt(low);
    Tensor above = high == null ? null : x.gt(high);
    List<@Nullable Tensor> gradients = new ArrayList<>(3);
    Tensor outside = below == null ? above : above == null ? below : below.logicalOr(above);
    gradients.add(outside == null ? gradient : part(gradient, outside.logicalNot(), x));
    if (low != null && below != null) {
      // Where both bounds cross, the upper one wins.
      Tensor wins = high == null ? below : below.logicalAnd(low.lt(high));
      gradients.add(part(gradient, wins, low));
    }
    if (high != null && above != null) {
      Tensor wins = low == null ? above : above.logicalOr(high.lt(low));
      gradients.add(part(gradient, wins, high));
    }
    return gradients;
  }

  private static Tensor part(Tensor gradient, Tensor chosen, Tensor input) {
    return SumTo.shape(gradient.maskedFill(chosen.logicalNot(), 0), input.shape());
  }
}
