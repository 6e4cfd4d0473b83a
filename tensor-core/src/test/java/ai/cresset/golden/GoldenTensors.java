package ai.cresset.golden;

import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The tensors of a fixture, and where cases compute.
 *
 * @param device where inputs are; results are compared on the host
 */
record GoldenTensors(SafetensorsFile file, Device device) implements AutoCloseable {
  static GoldenTensors open(Path path, Device device) throws IOException {
    return new GoldenTensors(SafetensorsFile.open(path), device);
  }

  /** What PyTorch computed, on the host. */
  Tensor expected(String name) {
    return file.read(name);
  }

  /** What a case computes with, on the device. */
  Tensor input(String name) {
    return file.read(name).to(device);
  }

  @Override
  public void close() {
    file.close();
  }
}
