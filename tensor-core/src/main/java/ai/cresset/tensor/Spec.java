package ai.cresset.tensor;

import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;

/**
 * What is known of a tensor without looking at its elements; what shape rules work on.
 *
 * @param shape sizes
 * @param dtype the element type
 * @param device where it lives
 */
public record Spec(Shape shape, DType dtype, Device device) {
  public Spec withShape(Shape other) {
    return new Spec(other, dtype, device);
  }

  public Spec withDType(DType other) {
    return new Spec(shape, other, device);
  }

  @Override
  public String toString() {
    return dtype + shape.toString() + (device.equals(Device.CPU) ? "" : "@" + device);
  }
}
