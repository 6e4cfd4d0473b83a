package ai.cresset.quant;

import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rounds to what quantization can tell apart and stays float32, so that training sees its error
 * ({@code torch.fake_quantize_per_tensor_affine}, {@code ..._per_channel_affine}).
 *
 * <p>The gradient passes straight through where the value was in range, and is 0 elsewhere (Bengio
 * et al., "Estimating or propagating gradients through stochastic neurons", 2013).
 *
 * @param parameters scale and zero point, which get no gradient
 */
public record FakeQuantization(QuantizationParameters parameters) implements CustomFunction {
  @Override
  public List<Tensor> forward(Context context, List<Tensor> inputs) {
    Tensor real = inputs.get(0);
    parameters.check("fakeQuantization", real);
    context.save(real);
    QuantizedRange range = parameters.range();
    Tensor inside = parameters.levels(real).clamp(range.low(), range.high());
    return List.of(parameters.real(inside, real));
  }

  @Override
  public List<@Nullable Tensor> backward(
      Context context, List<@Nullable Tensor> gradients, Needs needs) {
    Tensor gradient = Objects.requireNonNull(gradients.get(0));
    Tensor level = parameters.levels(context.saved(0).detach());
    QuantizedRange range = parameters.range();
    Tensor inside = level.ge(range.low()).logicalAnd(level.le(range.high()));
    return List.of(gradient.mul(inside.to(gradient.dtype())));
  }
}
