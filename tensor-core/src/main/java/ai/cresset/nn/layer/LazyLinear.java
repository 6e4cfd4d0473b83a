package ai.cresset.nn.layer;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.LazyLayer;
import ai.cresset.nn.Placement;
import ai.cresset.tensor.Tensor;

/**
 * A {@link Linear} that takes its input features from the first input ({@code
 * torch.nn.LazyLinear}). Input {@code [..., features]}, output {@code [..., outFeatures]}.
 */
public final class LazyLinear extends LazyLayer<Linear> {
  private final long outFeatures;
  private final boolean bias;
  private final Placement placement;

  /** With a bias. */
  public LazyLinear(long outFeatures) {
    this(outFeatures, true, Placement.DEFAULT);
  }

  public LazyLinear(long outFeatures, boolean bias, Placement placement) {
    this.outFeatures = outFeatures;
    this.bias = bias;
    this.placement = placement;
  }

  @Override
  protected Linear make(long features) {
    return new Linear(features, outFeatures, bias, placement);
  }

  @Override
  protected long features(Tensor input) {
    if (input.rank() < 1) {
      throw ShapeException.mismatch("LazyLinear", "[..., features]", input.shape());
    }
    return input.size(-1);
  }

  @Override
  protected String teller() {
    return "weight";
  }

  @Override
  protected int tellerRank() {
    return 2;
  }

  @Override
  protected long featuresOf(Tensor tensor) {
    return tensor.size(1);
  }

  @Override
  protected String settings() {
    return "? -> " + outFeatures;
  }
}
