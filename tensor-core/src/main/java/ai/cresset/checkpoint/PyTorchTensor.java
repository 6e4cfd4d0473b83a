package ai.cresset.checkpoint;

import ai.cresset.tensor.Tensor;

/**
 * A {@code torch.Tensor} or {@code torch.nn.Parameter}. The handle of one that was read belongs to
 * its {@link PyTorchFile}; one that is to be written stays its maker's.
 *
 * @param value the elements, with the file's strides
 * @param requiresGrad whether Python trains it
 * @param isParameter whether it is a {@code torch.nn.Parameter}
 */
public record PyTorchTensor(Tensor value, boolean requiresGrad, boolean isParameter)
    implements PyTorchValue {
  /** A plain tensor. */
  public PyTorchTensor(Tensor value) {
    this(value, false, false);
  }

  @Override
  public String kind() {
    return "tensor";
  }

  @Override
  public PyTorchTensor tensor() {
    return this;
  }

  @Override
  public double number() {
    return value.numel() == 1 ? value.toDoubleArray()[0] : PyTorchValue.super.number();
  }

  @Override
  public String toString() {
    return "a tensor " + value.spec();
  }
}
