package ai.cresset.quant;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;

/**
 * A linear layer in int8 whose activations have one scale and zero point for all calls, found by
 * {@linkplain Quantization#calibrate calibration}. Its outputs are not quantized.
 *
 * <p>Input {@code [..., inFeatures]}, output {@code [..., outFeatures]}, float32 or another floating
 * type. State: {@code weight}, {@code scale}, {@code bias}, and of the input {@code input_scale}
 * float32 {@code [1]} and {@code input_zero_point} int32 {@code [1]}. For inference; no gradients.
 */
public final class StaticQuantizedLinear extends Int8Linear {
  private final Tensor inputScale = buffer("input_scale", Tensor.ones(1), true);
  private final Tensor inputZeroPoint =
      buffer("input_zero_point", Tensor.zeros(Tensor.spec(DType.INT32, 1)), true);

  /** Weights of 0, to load a state into. */
  public StaticQuantizedLinear(long inFeatures, long outFeatures, boolean bias) {
    super(inFeatures, outFeatures, bias);
  }

  /**
   * The weights of a layer, rounded.
   *
   * @param input how its inputs are quantized: one scale, {@link QuantizedRange#UINT8_REDUCED}
   */
  public StaticQuantizedLinear(Linear linear, QuantizationParameters input) {
    super(linear);
    if (!input.isPerTensor() || !input.range().equals(ACTIVATIONS)) {
      close();
      throw ConfigException.value(
          "StaticQuantizedLinear input", input, "one scale, and " + ACTIVATIONS);
    }
    inputScale.fill_(input.scale(0));
    inputZeroPoint.fill_(input.zeroPoint(0));
  }

  @Override
  QuantizationParameters activations(Tensor input) {
    return QuantizationParameters.perTensor(
        ACTIVATIONS, (float) inputScale.item(), (int) inputZeroPoint.item());
  }
}
