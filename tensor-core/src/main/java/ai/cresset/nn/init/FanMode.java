package ai.cresset.nn.init;

/** Which side of a weight keeps its variance (PyTorch's {@code mode} of Kaiming init). */
public enum FanMode {
  /** The inputs: variances of the forward pass. */
  IN,
  /** The outputs: variances of the backward pass. */
  OUT;

  long of(Fan fan) {
    return this == IN ? fan.in() : fan.out();
  }
}
