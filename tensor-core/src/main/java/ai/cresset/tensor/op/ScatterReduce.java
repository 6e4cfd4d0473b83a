package ai.cresset.tensor.op;

import ai.cresset.backend.Scatter;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the first input combined with elements of the third where the second says ({@code
 * torch.scatter_reduce} with {@code prod}, {@code amax} and {@code amin}). Equal extremes share the
 * gradient evenly.
 *
 * @param how MULTIPLY, MAX or MIN; sums are {@link ScatterAdd}
 */
public record ScatterReduce(Scatter how, int dim) implements SimpleOp {
  @Override
  public String name() {
    return "scatter_" + how.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    ScatterAdd.checkOperands(name(), inputs, dim);
    return inputs.get(0);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = ScatterAdd.scattered(how, dim, inputs);
    context.save(inputs.get(0), inputs.get(1), inputs.get(2), result);
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor self = context.saved(0);
    Tensor index = context.saved(1);
    Tensor source = context.saved(2);
    return how == Scatter.MULTIPLY
        ? product(gradient, self, index, source)
        : extreme(gradient, self, index, source, context.saved(3));
  }

  private List<@Nullable Tensor> extreme(
      Tensor gradient, Tensor self, Tensor index, Tensor source, Tensor result) {
    DType type = self.dtype();
    Tensor kept = self.eq(result).to(type);
    Tensor hits = source.eq(result.gather(dim, index)).to(type);
    Tensor share = gradient.div(kept.scatterAdd(dim, index, hits));
    return Gradients.of(kept.mul(share), null, hits.mul(share.gather(dim, index)));
  }

  /** The product of the other factors, found without dividing by 0. */
  private List<@Nullable Tensor> product(
      Tensor gradient, Tensor self, Tensor index, Tensor source) {
    Tensor selfZero = self.eq(0);
    Tensor sourceZero = source.eq(0);
    DType type = self.dtype();
    Tensor zeros = selfZero.to(type).scatterAdd(dim, index, sourceZero.to(type));
    Tensor selfFactor = self.maskedFill(selfZero, 1);
    Tensor sourceFactor = source.maskedFill(sourceZero, 1);
    Tensor product = Dispatch.apply(this, selfFactor, index, sourceFactor);
    Tensor scaled = gradient.mul(product);
    // Without zeros everyone counts; with one zero, only that one does.
    Tensor none = scaled.maskedFill(zeros.ne(0), 0);
    Tensor one = scaled.maskedFill(zeros.ne(1), 0);
    Tensor forSelf =
        none.div(selfFactor).maskedFill(selfZero, 0).add(one.maskedFill(selfZero.logicalNot(), 0));
    Tensor forSource =
        none.gather(dim, index)
            .div(sourceFactor)
            .maskedFill(sourceZero, 0)
            .add(one.gather(dim, index).maskedFill(sourceZero.logicalNot(), 0));
    return Gradients.of(forSelf, null, forSource);
  }
}
