package ai.cresset.nn.recurrent;

import ai.cresset.tensor.Tensor;

/** What follows the sum in a step of {@link Rnn}. */
public enum Nonlinearity {
  /** The hyperbolic tangent. */
  TANH,
  /** {@code max(x, 0)}. */
  RELU;

  Tensor of(Tensor x) {
    return this == TANH ? x.tanh() : x.relu();
  }
}
