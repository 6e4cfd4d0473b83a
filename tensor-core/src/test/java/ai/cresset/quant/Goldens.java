package ai.cresset.quant;

import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;

/** Results of tests/peers/quantization.py. */
@NullUnmarked
final class Goldens implements AutoCloseable {
  private final SafetensorsFile file;

  Goldens() {
    try {
      file =
          SafetensorsFile.open(
              Path.of(
                  Objects.requireNonNull(Goldens.class.getResource("/golden/quant.safetensors"))
                      .toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean has(String name) {
    return file.contains(name);
  }

  Tensor tensor(String name) {
    return file.read(name);
  }

  double[] numbers(String name) {
    try (Tensor tensor = file.read(name)) {
      return tensor.toDoubleArray();
    }
  }

  private float[] scales(String name) {
    try (Tensor tensor = file.read(name + ".scales")) {
      return tensor.toFloatArray();
    }
  }

  private int[] zeros(String name) {
    double[] numbers = numbers(name + ".zeros");
    int[] zeros = new int[numbers.length];
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = (int) numbers[i];
    }
    return zeros;
  }

  QuantizationParameters perTensor(String name, DType dtype) {
    return QuantizationParameters.perTensor(range(dtype), scales(name)[0], zeros(name)[0]);
  }

  QuantizationParameters perTensor(String name, QuantizedRange range) {
    return QuantizationParameters.perTensor(range, scales(name)[0], zeros(name)[0]);
  }

  QuantizationParameters perChannel(String name, DType dtype, int axis) {
    return QuantizationParameters.perChannel(range(dtype), axis, scales(name), zeros(name));
  }

  private static QuantizedRange range(DType dtype) {
    return dtype == DType.INT8 ? QuantizedRange.INT8 : QuantizedRange.UINT8;
  }

  @Override
  public void close() {
    file.close();
  }
}
