package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A running average of weights beside the weights themselves ({@code
 * torch.optim.swa_utils.AveragedModel}). Call {@link #update} after steps of the optimizer; the
 * first call copies.
 *
 * <pre>{@code
 * AveragedWeights average = AveragedWeights.exponential(model.namedParameters(), 0.999);
 * ...
 * try (AveragedWeights.Applied applied = average.apply()) {
 *   evaluate(model);
 * }
 * }</pre>
 *
 * <p>Statistics of batch norm belong to the weights they were counted with: after averaging, run
 * the model over some training data. Tensors of integers are copied. Closing frees the average, not
 * the weights.
 */
public final class AveragedWeights implements AutoCloseable {
  private static final String PREFIX = "average/";
  private static final String COUNT = "num_averaged";
  private static final FusedUpdate UPDATE =
      new FusedUpdate(2, 1, Terms.towards(Expr.input(0), Expr.input(1), Expr.scalar(0)));

  private final Map<String, Tensor> weights;
  private final Map<String, Tensor> averages = new LinkedHashMap<>();
  private final double decay;
  private long numAveraged;

  private AveragedWeights(Map<String, ? extends Tensor> weights, double decay) {
    this.weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    this.decay = decay;
    this.weights.forEach((name, weight) -> averages.put(name, copyOf(weight)));
  }

  /** All updates count the same (stochastic weight averaging; Izmailov et al. 2018). */
  public static AveragedWeights equal(Map<String, ? extends Tensor> weights) {
    return new AveragedWeights(weights, Double.NaN);
  }

  /**
   * An exponential moving average.
   *
   * @param decay how much of the average stays each update, in [0, 1]
   */
  public static AveragedWeights exponential(Map<String, ? extends Tensor> weights, double decay) {
    if (!(decay >= 0 && decay <= 1)) {
      throw ConfigException.value("decay of the weight average", decay, "a number from 0 to 1");
    }
    return new AveragedWeights(weights, decay);
  }

  private static Tensor copyOf(Tensor weight) {
    return Scope.detach(weight.detachedClone());
  }

  /** Takes the weights as they are now into the average. */
  public void update() {
    double part = Double.isNaN(decay) ? 1.0 / (numAveraged + 1) : 1 - decay;
    try (GradMode.Restore off = GradMode.disable()) {
      averages.forEach(
          (name, average) -> {
            Tensor weight = weightOf(name);
            if (numAveraged == 0 || !weight.dtype().isFloating()) {
              average.copy_(weight);
            } else {
              UPDATE.run(new double[] {part}, List.of(average, weight), List.of(average));
            }
          });
    }
    numAveraged++;
  }

  /** Updates so far. */
  public long numAveraged() {
    return numAveraged;
  }

  /**
   * The average by name, owned by this object. Before the first update the weights at the start.
   */
  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(averages);
  }

  /** Puts the average in place of the weights for good. */
  public void copyToWeights() {
    try (GradMode.Restore off = GradMode.disable()) {
      averages.forEach((name, average) -> weightOf(name).copy_(average));
    }
  }

  /** Puts the average in place of the weights until the result is closed. */
  public Applied apply() {
    Applied applied = new Applied(weights);
    copyToWeights();
    return applied;
  }

  /** While this is open the weights are the average; closing brings them back. */
  public static final class Applied implements AutoCloseable {
    private final Map<String, Tensor> weights;
    private final Map<String, Tensor> kept = new LinkedHashMap<>();

    private Applied(Map<String, Tensor> weights) {
      this.weights = weights;
      weights.forEach((name, weight) -> kept.put(name, copyOf(weight)));
    }

    @Override
    public void close() {
      try (GradMode.Restore off = GradMode.disable()) {
        kept.forEach(
            (name, old) -> {
              Tensor weight = weights.get(name);
              if (weight != null) {
                weight.copy_(old);
              }
              old.close();
            });
      }
      kept.clear();
    }
  }

  private Tensor weightOf(String name) {
    Tensor weight = weights.get(name);
    if (weight == null) {
      throw ConfigException.because("no weight is named '" + name + "'");
    }
    return weight;
  }

  /** The average and its count, sharing memory with this object. The caller closes it. */
  public OptimizerState stateDict() {
    OptimizerState state = new OptimizerState();
    averages.forEach((name, average) -> state.put(PREFIX + name, average.detach()));
    state.put(COUNT, (double) numAveraged);
    return state;
  }

  /**
   * Copies a state into this average.
   *
   * @throws CheckpointException if names or shapes differ; nothing was changed then
   */
  public void loadStateDict(OptimizerState state) {
    List<String> missing = new ArrayList<>();
    List<String> misshaped = new ArrayList<>();
    averages.forEach(
        (name, average) -> {
          Tensor saved = state.tensors().get(PREFIX + name);
          if (saved == null) {
            missing.add(PREFIX + name);
          } else if (!saved.shape().equals(average.shape())) {
            misshaped.add(
                PREFIX + name + " (expected " + average.spec() + ", got " + saved.spec() + ")");
          }
        });
    List<String> unexpected =
        state.tensors().keySet().stream()
            .filter(
                key ->
                    !key.startsWith(PREFIX)
                        || !averages.containsKey(key.substring(PREFIX.length())))
            .toList();
    Double count = state.numbers().get(COUNT);
    if (count == null) {
      missing.add(COUNT);
    }
    if (count == null || !missing.isEmpty() || !misshaped.isEmpty() || !unexpected.isEmpty()) {
      throw CheckpointException.stateMismatch("AveragedWeights", missing, unexpected, misshaped);
    }
    try (GradMode.Restore off = GradMode.disable()) {
      state
          .tensors()
          .forEach((key, saved) -> averageOf(key.substring(PREFIX.length())).copy_(saved));
    }
    numAveraged = count.longValue();
  }

  private Tensor averageOf(String name) {
    Tensor average = averages.get(name);
    if (average == null) {
      throw ConfigException.because("no average is named '" + name + "'");
    }
    return average;
  }

  @Override
  public void close() {
    averages.values().forEach(Tensor::close);
    averages.clear();
  }
}
