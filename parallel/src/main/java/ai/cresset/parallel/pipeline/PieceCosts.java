package ai.cresset.parallel.pipeline;

import ai.cresset.memory.Scope;
import ai.cresset.nn.Layered;
import ai.cresset.nn.Layered.Piece;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** How much work the pieces of a model are, in any unit; what a split is balanced by. */
public final class PieceCosts {
  private PieceCosts() {}

  /**
   * By the weights that an input is multiplied with: matrices and filters count by their elements,
   * tables that are looked up do not. Needs no memory and no data, so that every rank finds the
   * same.
   */
  public static double[] estimated(Layered model) {
    return model.pieces().stream().mapToDouble(PieceCosts::estimated).toArray();
  }

  private static double estimated(Piece piece) {
    Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    double cost = 1;
    for (Module root : piece.modules()) {
      for (Module module : root.namedModules().values()) {
        if (module instanceof Embedding) {
          seen.addAll(module.parameters());
        }
      }
      for (Parameter parameter : root.parameters()) {
        if (seen.add(parameter) && parameter.rank() >= 2) {
          cost += parameter.numel();
        }
      }
    }
    return cost;
  }

  /**
   * By the time that their forward passes take, in nanoseconds: the least of several, without
   * gradients. Needs the whole model in one place.
   *
   * @param input what the first piece takes
   */
  public static double[] measured(Layered model, Tensor input, int repetitions) {
    List<Piece> pieces = model.pieces();
    double[] least = new double[pieces.size()];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    try (GradMode.Restore off = GradMode.disable()) {
      for (int repetition = 0; repetition < repetitions; repetition++) {
        try (Scope scope = Scope.open("piece costs")) {
          Tensor value = input;
          for (int i = 0; i < least.length; i++) {
            long begin = System.nanoTime();
            value = pieces.get(i).forward().apply(value);
            value.materialize();
            value.backend().synchronize();
            least[i] = Math.min(least[i], System.nanoTime() - begin);
          }
        }
      }
    }
    return least;
  }
}
