package ai.cresset.parallel.mesh;

import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a parameter holds while its elements are with other ranks: one element for all, NaN, so that
 * a model that reads too early shows it.
 */
public final class Absent implements AutoCloseable {
  private final Device device;
  private final Map<DType, Tensor> elements = new EnumMap<>(DType.class);

  /** On the device of the parameters. */
  public Absent(Device device) {
    this.device = device;
  }

  /** A tensor of this shape and type, in the current scope. */
  public Tensor like(Shape shape, DType type) {
    Tensor one =
        elements.computeIfAbsent(
            type,
            missing -> Scope.detach(Tensor.full(new Spec(Shape.of(1), type, device), Double.NaN)));
    return Tensor.view(one.storage(), 0, shape, Strides.of(new long[shape.rank()]), type);
  }

  /** Parameters keep what they hold. */
  @Override
  public void close() {
    elements.values().forEach(Tensor::close);
    elements.clear();
  }
}
