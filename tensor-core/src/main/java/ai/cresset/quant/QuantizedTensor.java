package ai.cresset.quant;

import ai.cresset.error.DTypeException;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;

/**
 * Integers with what they stand for. Closing it closes the integers.
 *
 * @param integers of the parameters' type, of any shape that has their channels ({@code int_repr})
 * @param parameters scale and zero point
 */
public record QuantizedTensor(Tensor integers, QuantizationParameters parameters)
    implements AutoCloseable {
  public QuantizedTensor {
    if (integers.dtype() != parameters.range().dtype()) {
      throw DTypeException.mismatch(
          "QuantizedTensor", parameters.range().dtype(), integers.dtype());
    }
    parameters.checkChannels("QuantizedTensor", integers);
  }

  public Shape shape() {
    return integers.shape();
  }

  /** The real numbers as float32, of the same shape. */
  public Tensor dequantize() {
    return parameters.dequantize(integers);
  }

  @Override
  public void close() {
    integers.close();
  }
}
