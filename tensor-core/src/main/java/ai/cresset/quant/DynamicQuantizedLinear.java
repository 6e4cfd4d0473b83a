package ai.cresset.quant;

import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Tensor;

/**
 * A linear layer in int8 whose activations are quantized anew in each call, by their own least and
 * greatest value ({@code torch.ao.nn.quantized.dynamic.Linear} with weights per channel).
 *
 * <p>Input {@code [..., inFeatures]}, output {@code [..., outFeatures]}, float32 or another floating
 * type. State: {@code weight}, {@code scale}, {@code bias}. For inference; no gradients.
 */
public final class DynamicQuantizedLinear extends Int8Linear {
  /** The least scale of activations, as in PyTorch. */
  private static final double LEAST_SCALE = 6.1e-5f;

  /** The scale of activations that are all 0, as in PyTorch. */
  private static final float SCALE_OF_ZEROS = 0.1f;

  /** Weights of 0, to load a state into. */
  public DynamicQuantizedLinear(long inFeatures, long outFeatures, boolean bias) {
    super(inFeatures, outFeatures, bias);
  }

  /** The weights of a layer, rounded. */
  public DynamicQuantizedLinear(Linear linear) {
    super(linear);
  }

  @Override
  QuantizationParameters activations(Tensor input) {
    return parameters((float) input.min().item(), (float) input.max().item());
  }

  /**
   * Scale and zero point as PyTorch's dynamic layers compute them: 0 is one of the numbers, and the
   * zero point comes from the end of the range with the smaller rounding error.
   */
  static QuantizationParameters parameters(float least, float greatest) {
    double low = Math.min(least, 0);
    double high = Math.max(greatest, 0);
    QuantizedRange range = ACTIVATIONS;
    if (!(high - low <= Float.MAX_VALUE)) {
      // Says what is wrong.
      return QuantizationParameters.ofValues(range, QuantizationScheme.AFFINE, least, greatest);
    }
    int steps = range.high() - range.low();
    float scale = (float) ((high - low) / steps);
    if (scale == 0 || Float.isInfinite(1 / scale)) {
      scale = SCALE_OF_ZEROS;
    }
    if (scale < LEAST_SCALE) {
      double wider = LEAST_SCALE / scale;
      low *= wider;
      high *= wider;
      scale = (float) LEAST_SCALE;
    }
    double fromLow = range.low() - low / scale;
    double fromHigh = range.high() - high / scale;
    double errorLow = Math.abs(range.low()) + Math.abs(low / scale);
    double errorHigh = Math.abs(range.high()) + Math.abs(high / scale);
    long zeroPoint = (long) Math.rint(errorLow < errorHigh ? fromLow : fromHigh);
    return QuantizationParameters.perTensor(range, scale, range.clamp(zeroPoint));
  }
}
