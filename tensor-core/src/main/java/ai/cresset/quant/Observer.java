package ai.cresset.quant;

import ai.cresset.tensor.Tensor;

/** Watches values and says how to quantize such. Confined to one thread. */
public interface Observer {
  /** Takes note of the elements of a float32 tensor. */
  void observe(Tensor values);

  /**
   * Scale and zero point for what was seen.
   *
   * @throws ai.cresset.error.ConfigException if nothing was seen, or something that is not finite
   */
  QuantizationParameters parameters();
}
