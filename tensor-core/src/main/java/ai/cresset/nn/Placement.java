package ai.cresset.nn;

import ai.cresset.error.DTypeException;
import ai.cresset.tensor.Spec;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;

/**
 * Where and in what type a layer makes its parameters (PyTorch's {@code device} and {@code dtype}).
 *
 * @param dtype a floating type
 * @param device the device
 */
public record Placement(DType dtype, Device device) {
  /** float32 on the CPU. */
  public static final Placement DEFAULT = new Placement(DType.FLOAT32, Device.CPU);

  public Placement {
    if (!dtype.isFloating()) {
      throw DTypeException.unsupported("Placement", dtype, "the floating types");
    }
  }

  public Placement withDType(DType other) {
    return new Placement(other, device);
  }

  public Placement withDevice(Device other) {
    return new Placement(dtype, other);
  }

  /** What a parameter of these sizes is. */
  public Spec spec(long... sizes) {
    return new Spec(Shape.of(sizes), dtype, device);
  }
}
