package ai.cresset.nn.distance;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Distances;
import ai.cresset.tensor.Tensor;

/**
 * The p-norm of {@code a - b + eps} along the last dimension ({@code torch.nn.PairwiseDistance}).
 * Inputs of shapes that broadcast, output {@code [...]} or {@code [..., 1]}.
 */
public final class PairwiseDistance extends Module {
  private final double p;
  private final double eps;
  private final boolean keepDim;

  /** Euclidean, with eps 1e-6. */
  public PairwiseDistance() {
    this(2, 1e-6, false);
  }

  /**
   * A distance.
   *
   * @param p of the norm
   * @param keepDim whether the last dimension stays, with size 1
   */
  public PairwiseDistance(double p, double eps, boolean keepDim) {
    this.p = p;
    this.eps = eps;
    this.keepDim = keepDim;
  }

  public Tensor call(Tensor first, Tensor second) {
    return scoped(() -> Distances.pairwiseDistance(first, second, p, eps, keepDim));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("p", p).number("eps", eps).flag("keepDim", keepDim);
  }
}
