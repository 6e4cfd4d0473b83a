package ai.cresset.nn.parametrize;

import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Parametrization;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;

/**
 * A weight as length times direction (Salimans and Kingma 2016, {@code
 * torch.nn.utils.parametrizations.weight_norm}): {@code g v / |v|}, with one length for each index
 * of a dimension.
 *
 * <p>Parameters: {@code original0} (g), the lengths, with size 1 in all other dimensions, and
 * {@code original1} (v), of the weight's shape. Their names in the state of the module are {@code
 * parametrizations.weight.original0} and {@code parametrizations.weight.original1}.
 */
public final class WeightNorm extends Parametrization {
  private final Parameter length;
  private final Parameter direction;
  private final int dim;
  private final int[] dims;

  private WeightNorm(Parameter weight, int dim) {
    this.dim = dim;
    int kept = weight.shape().dim("WeightNorm", dim);
    dims = new int[weight.rank() - 1];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = i < kept ? i : i + 1;
    }
    try (Scope scope = Scope.open("WeightNorm");
        GradMode.Restore off = GradMode.disable()) {
      length = parameter("original0", norm(weight).copy());
    }
    direction = parameter("original1", weight);
  }

  /** Normalises the parameter {@code weight} of a module by its first dimension. */
  public static <M extends Module> M of(M module) {
    return of(module, "weight", 0);
  }

  /**
   * Normalises a parameter of a module.
   *
   * @param name of the parameter
   * @param dim the dimension whose indices have a length each
   */
  public static <M extends Module> M of(M module, String name, int dim) {
    module.parametrize(name, weight -> new WeightNorm(weight, dim));
    return module;
  }

  private Tensor norm(Tensor weight) {
    return dims.length == 0 ? weight.abs() : weight.norm(2, dims, true);
  }

  @Override
  protected Tensor forward() {
    return direction.mul(length.div(norm(direction)));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("dim", dim);
  }
}
