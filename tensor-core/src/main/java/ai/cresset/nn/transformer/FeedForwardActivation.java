package ai.cresset.nn.transformer;

import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.Tensor;

/** What stands between the two layers of a feed-forward part. */
public enum FeedForwardActivation {
  /** {@code max(x, 0)}. */
  RELU,
  /** {@code x Phi(x)}. */
  GELU;

  Tensor of(Tensor x) {
    return this == RELU ? x.relu() : x.gelu(GeluApproximation.NONE);
  }
}
