package ai.cresset.tensor.op;

import ai.cresset.backend.Scan;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The running product along a dimension ({@code torch.cumprod}); integers multiply in int64. */
public record CumProd(int dim) implements SimpleOp {
  @Override
  public String name() {
    return "cumprod";
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec input = inputs.get(0);
    input.shape().dim(name(), dim);
    return input.dtype().isFloating() ? input : input.withDType(DType.INT64);
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = CumSum.scan(Scan.CUMPROD, dim, inputs.get(0), output);
    context.save(inputs.get(0), result);
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor x = context.saved(0);
    if (gradient.rank() == 0) {
      return Gradients.of(gradient);
    }
    boolean zeros = x.detach().eq(0).any(new int[0], false).item() != 0;
    if (zeros) {
      return Gradients.of(withZeros(x, gradient));
    }
    Tensor products = gradient.mul(context.saved(1));
    return Gradients.of(reversedSum(products).div(x));
  }

  private Tensor reversedSum(Tensor x) {
    return x.flip(dim).cumsum(dim).flip(dim);
  }

  /** Nothing can be divided out: each element's slope is made of products that leave it out. */
  private Tensor withZeros(Tensor x, Tensor gradient) {
    long length = x.size(dim);
    List<Tensor> slopes = new ArrayList<>();
    for (long k = 0; k < length; k++) {
      Tensor one = Tensor.ones(x.spec().withShape(x.shape().with(dim, 1)));
      Tensor before = x.narrow(dim, 0, k);
      Tensor after = x.narrow(dim, k + 1, length - k - 1);
      Tensor without = Functional.cat(List.of(before, one, after), dim).cumprod(dim);
      Tensor reached = without.narrow(dim, k, length - k);
      slopes.add(gradient.narrow(dim, k, length - k).mul(reached).sum(new int[] {dim}, true));
    }
    return Functional.cat(slopes, dim);
  }
}
