package ai.cresset.prune;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.init.Init;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sets elements of parameters to 0 for good ({@code torch.nn.utils.prune}). The module keeps the
 * parameter as {@code <name>_orig} beside a mask {@code <name>_mask}; both belong to its state, and
 * the gradient of a pruned element is 0. Pruning again takes from what is left. Masks are made on
 * the host.
 */
public final class Prune {
  private Prune() {}

  /**
   * A parameter of a module.
   *
   * @param name such as {@code weight}
   */
  public record Target(Module module, String name) {}

  /** Prunes the smallest elements ({@code l1_unstructured}). */
  public static void l1Unstructured(Module module, String name, PruneAmount amount) {
    Masked masked = Masked.of(module, name);
    masked.drop(sizes(masked.values), amount);
    masked.apply();
  }

  /** Prunes elements at random ({@code random_unstructured}). */
  public static void randomUnstructured(
      Module module, String name, PruneAmount amount, Generator generator) {
    Masked masked = Masked.of(module, name);
    masked.drop(random(masked.values.length, generator), amount);
    masked.apply();
  }

  /**
   * Prunes the slices with the smallest norms ({@code ln_structured}).
   *
   * @param order of the norm; may be infinite
   * @param dim whose slices are pruned; 0 for output channels
   */
  public static void lnStructured(
      Module module, String name, PruneAmount amount, double order, int dim) {
    Masked masked = Masked.of(module, name);
    masked.dropSlices(dim, amount, masked.norms(order, dim));
    masked.apply();
  }

  /** Prunes slices at random ({@code random_structured}). */
  public static void randomStructured(
      Module module, String name, PruneAmount amount, int dim, Generator generator) {
    Masked masked = Masked.of(module, name);
    int slices = (int) masked.parameter.size(dim);
    masked.dropSlices(dim, amount, random(slices, generator));
    masked.apply();
  }

  /** Prunes where {@code mask} is 0 ({@code custom_from_mask}). */
  public static void customFromMask(Module module, String name, Tensor mask) {
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("prune")) {
      Tensor known = module.mask(name);
      Tensor like = mask.to(module.maskable(name).dtype());
      module.mask(name, known == null ? like : known.mul(like.to(known.device())));
    }
  }

  /** Prunes the smallest elements of several parameters together ({@code global_unstructured}). */
  public static void globalL1Unstructured(List<Target> targets, PruneAmount amount) {
    global(targets, amount, null);
  }

  /** Prunes elements of several parameters together at random. */
  public static void globalRandomUnstructured(
      List<Target> targets, PruneAmount amount, Generator generator) {
    global(targets, amount, generator);
  }

  private static void global(
      List<Target> targets, PruneAmount amount, @Nullable Generator generator) {
    List<Masked> all = new ArrayList<>();
    targets.forEach(each -> all.add(Masked.of(each.module(), each.name())));
    int total = all.stream().mapToInt(each -> each.values.length).sum();
    double[] scores = new double[total];
    double[] kept = new double[total];
    int at = 0;
    for (Masked each : all) {
      System.arraycopy(sizes(each.values), 0, scores, at, each.values.length);
      System.arraycopy(each.mask, 0, kept, at, each.mask.length);
      at += each.values.length;
    }
    drop(kept, generator == null ? scores : random(total, generator), amount);
    at = 0;
    for (Masked each : all) {
      System.arraycopy(kept, at, each.mask, 0, each.mask.length);
      at += each.mask.length;
      each.apply();
    }
  }

  /** Makes the zeros part of the parameter, which gets its name back ({@code prune.remove}). */
  public static void remove(Module module, String name) {
    module.removeMask(name);
  }

  /** Whether a parameter here or below is pruned ({@code is_pruned}). */
  public static boolean isPruned(Module module) {
    return module.namedModules().values().stream().anyMatch(Module::isMasked);
  }

  private static double[] sizes(double[] values) {
    return Arrays.stream(values).map(Math::abs).toArray();
  }

  private static double[] random(int count, Generator generator) {
    try (Scope scope = Scope.open("prune")) {
      Tensor scores = Tensor.empty(Tensor.spec(DType.FLOAT64, count));
      Init.uniform(scores, 0, 1, generator);
      return scores.toDoubleArray();
    }
  }

  /** Sets the entries with the smallest scores among those that are 1 to 0. */
  private static void drop(double[] kept, double[] scores, PruneAmount amount) {
    int[] left = IntStream.range(0, kept.length).filter(i -> kept[i] == 1).toArray();
    IntStream.of(left)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> scores[i]))
        .limit(amount.of(left.length))
        .forEach(i -> kept[i] = 0);
  }

  /** The elements of a parameter and its mask, row-major. */
  private static final class Masked {
    final Module module;
    final String name;
    final Parameter parameter;
    final double[] values;
    final double[] mask;

    private Masked(Module module, String name) {
      this.module = module;
      this.name = name;
      parameter = module.maskable(name);
      values = parameter.toDoubleArray();
      Tensor known = module.mask(name);
      if (known == null) {
        mask = new double[values.length];
        Arrays.fill(mask, 1);
      } else {
        mask = known.toDoubleArray();
      }
    }

    static Masked of(Module module, String name) {
      return new Masked(module, name);
    }

    void drop(double[] scores, PruneAmount amount) {
      Prune.drop(mask, scores, amount);
    }

    /** The index along a dimension of each element. */
    private int slice(int element, int dim) {
      long inner = 1;
      for (int i = dim + 1; i < parameter.rank(); i++) {
        inner *= parameter.size(i);
      }
      return (int) (element / inner % parameter.size(dim));
    }

    double[] norms(double order, int dim) {
      int at = parameter.shape().dim("lnStructured", dim);
      double[] norms = new double[(int) parameter.size(at)];
      for (int i = 0; i < values.length; i++) {
        double size = Math.abs(values[i]);
        int slice = slice(i, at);
        norms[slice] =
            Double.isInfinite(order)
                ? Math.max(norms[slice], size)
                : norms[slice] + StrictMath.pow(size, order);
      }
      return norms;
    }

    void dropSlices(int dim, PruneAmount amount, double[] scores) {
      if (parameter.rank() < 2) {
        throw ConfigException.because(
            "structured pruning needs a parameter of two or more dimensions, got '"
                + name
                + "' "
                + parameter.shape());
      }
      int at = parameter.shape().dim("prune", dim);
      double[] kept = new double[scores.length];
      for (int i = 0; i < mask.length; i++) {
        kept[slice(i, at)] = mask[i] == 1 ? 1 : kept[slice(i, at)];
      }
      Prune.drop(kept, scores, amount);
      for (int i = 0; i < mask.length; i++) {
        mask[i] *= kept[slice(i, at)];
      }
    }

    void apply() {
      try (Scope scope = Scope.open("prune")) {
        module.mask(name, Tensor.of(mask).reshape(parameter.shape()));
      }
    }
  }
}
