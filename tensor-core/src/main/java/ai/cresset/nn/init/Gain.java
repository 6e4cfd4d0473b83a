package ai.cresset.nn.init;

/** How much a weight is scaled for what follows it ({@code torch.nn.init.calculate_gain}). */
public enum Gain {
  /** Nothing, a linear layer or a convolution: 1. */
  LINEAR,
  /** 1. */
  SIGMOID,
  /** 5/3. */
  TANH,
  /** The square root of 2. */
  RELU,
  /** The square root of {@code 2 / (1 + slope^2)}. */
  LEAKY_RELU,
  /** 3/4. */
  SELU;

  /** The gain; of {@link #LEAKY_RELU} with PyTorch's slope of 0.01. */
  public double value() {
    return value(0.01);
  }

  /**
   * The gain.
   *
   * @param slope of {@link #LEAKY_RELU} below 0; the others do not depend on it
   */
  public double value(double slope) {
    return switch (this) {
      case LINEAR, SIGMOID -> 1;
      case TANH -> 5.0 / 3;
      case RELU -> Math.sqrt(2);
      case LEAKY_RELU -> Math.sqrt(2 / (1 + slope * slope));
      case SELU -> 3.0 / 4;
    };
  }
}
