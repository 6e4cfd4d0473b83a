package ai.cresset.nn.parametrize;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Parametrization;
import ai.cresset.nn.functional.Distances;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.Recompute;
import ai.cresset.type.Shape;

/**
 * A weight over its largest singular value (Miyato et al. 2018, {@code
 * torch.nn.utils.parametrizations.spectral_norm}), which power iterations estimate: some in each
 * forward pass of training, none in evaluation.
 *
 * <p>The weight is seen as a matrix {@code [rows, columns]}: one dimension against all others. A
 * vector is only brought to length 1. Parameter: {@code original}, of the weight's shape. Buffers:
 * {@code 0._u} {@code [rows]} and {@code 0._v} {@code [columns]}, the singular vectors.
 */
public final class SpectralNorm extends Parametrization {
  private static final int FIRST_ITERATIONS = 15;
  private static final double EPSILON = 1e-12;

  /** The vectors, under PyTorch's name for the first parametrization of a list. */
  private static final class Vectors extends Module {
    private final Tensor left;
    private final Tensor right;

    Vectors(Tensor left, Tensor right) {
      this.left = buffer("_u", left, true);
      this.right = buffer("_v", right, true);
    }
  }

  private final Parameter original;
  private final int dim;
  private final int iterations;
  private final Vectors vectors;

  private SpectralNorm(Parameter weight, int iterations, int dim) {
    if (iterations < 1) {
      throw ConfigException.value("SpectralNorm.iterations", iterations, "at least 1");
    }
    this.iterations = iterations;
    this.dim = weight.shape().dim("SpectralNorm", dim);
    original = parameter("original", weight);
    try (Scope scope = Scope.open("SpectralNorm");
        GradMode.Restore off = GradMode.disable()) {
      Tensor matrix = matrix();
      Spec rows = matrix.spec().withShape(Shape.of(matrix.size(0)));
      Spec columns = matrix.spec().withShape(Shape.of(matrix.size(1)));
      Tensor left = Distances.normalize(Creation.randn(rows), 2, 0, EPSILON);
      Tensor right = Distances.normalize(Creation.randn(columns), 2, 0, EPSILON);
      vectors = child("0", new Vectors(left, right));
      iterate(matrix, FIRST_ITERATIONS);
    }
  }

  /** Normalises the parameter {@code weight} of a module, its first dimension as rows. */
  public static <M extends Module> M of(M module) {
    return of(module, "weight", 1, 0);
  }

  /**
   * Normalises a parameter of a module.
   *
   * @param name of the parameter
   * @param iterations power iterations in each forward pass of training
   * @param dim the dimension that becomes the matrix's rows: that of the outputs
   */
  public static <M extends Module> M of(M module, String name, int iterations, int dim) {
    module.parametrize(name, weight -> new SpectralNorm(weight, iterations, dim));
    return module;
  }

  private Tensor matrix() {
    if (original.rank() < 2) {
      return original.reshape(1, -1);
    }
    return original.movedim(dim, 0).flatten(1, -1);
  }

  private void iterate(Tensor matrix, int times) {
    for (int i = 0; i < times; i++) {
      Tensor left = matrix.mv(vectors.right);
      vectors.left.copy_(Distances.normalize(left, 2, 0, EPSILON));
      Tensor right = matrix.t().mv(vectors.left);
      vectors.right.copy_(Distances.normalize(right, 2, 0, EPSILON));
    }
  }

  @Override
  protected Tensor forward() {
    if (original.rank() < 2) {
      return Distances.normalize(original, 2, 0, EPSILON);
    }
    Tensor matrix = matrix();
    if (isTraining() && !Recompute.isRepeating()) {
      try (GradMode.Restore off = GradMode.disable()) {
        iterate(matrix.detach(), iterations);
      }
    }
    // Copies: the next pass changes the vectors, and backward needs those of this one.
    Tensor left = vectors.left.copy();
    Tensor right = vectors.right.copy();
    return original.div(left.dot(matrix.mv(right)));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("iterations", iterations).integer("dim", dim);
  }
}
