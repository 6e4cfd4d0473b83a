package ai.cresset.nn.distance;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Distances;
import ai.cresset.tensor.Tensor;

/**
 * {@code sum(a b) / (|a| |b|)} along a dimension ({@code torch.nn.CosineSimilarity}). Inputs of
 * shapes that broadcast; the output lacks the dimension.
 */
public final class CosineSimilarity extends Module {
  private final int dim;
  private final double eps;

  /** Along dimension 1, with eps 1e-8. */
  public CosineSimilarity() {
    this(1, 1e-8);
  }

  /**
   * A similarity.
   *
   * @param eps the least that a norm counts for
   */
  public CosineSimilarity(int dim, double eps) {
    this.dim = dim;
    this.eps = eps;
  }

  public Tensor call(Tensor first, Tensor second) {
    return scoped(() -> Distances.cosineSimilarity(first, second, dim, eps));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("dim", dim).number("eps", eps);
  }
}
