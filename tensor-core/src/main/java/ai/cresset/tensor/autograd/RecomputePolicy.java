package ai.cresset.tensor.autograd;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Spec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides, operation by operation, what a checkpointed function keeps of its forward pass:
 * selective activation recomputation (Korthikanti et al. 2022, {@code
 * torch.utils.checkpoint.CheckpointPolicy}).
 *
 * <p>What is kept is an operation's results and what it made on the way; the second run takes them
 * instead of computing them. Keeping every operation is therefore not the same as no checkpoint: it
 * also keeps results that no backward needs.
 */
@FunctionalInterface
public interface RecomputePolicy {
  /** What becomes of an operation's results. */
  enum Decision {
    /** Stay in memory until backward. */
    SAVE,
    /** Are forgotten, and computed again. */
    RECOMPUTE,
    /** Go to {@link #offload()} and come back for backward. */
    OFFLOAD
  }

  /**
   * An operation that is about to run.
   *
   * @param operation its name, such as {@code matmul}
   * @param occurrence how many of this name the function ran before
   * @param inputs shapes and types
   */
  record Call(String operation, int occurrence, List<Spec> inputs) {}

  /** Called once for each operation of the forward pass, and not again for backward. */
  Decision decide(Call call);

  /** Where offloaded results go. */
  default Offload offload() {
    return Offload.TEMPORARY;
  }

  /**
   * Called when a forward pass has ended; a policy that expected other operations refuses it.
   *
   * @param operations names of all operations that ran
   */
  default void ended(Set<String> operations) {
    // A policy that names no operations expects none.
  }

  /** Keeps nothing. */
  RecomputePolicy NOTHING = call -> Decision.RECOMPUTE;

  /**
   * Keeps what costs most to compute: products, attention and convolutions. The rest, which mostly
   * moves memory, runs again.
   */
  RecomputePolicy PRODUCTS = saving("linear", "matmul", "attention", "convolve");

  /** Keeps the results of the operations of these names. */
  static RecomputePolicy saving(String... operations) {
    return of(all(Decision.SAVE, operations));
  }

  /** Moves the results of the operations of these names to host memory or host files. */
  static RecomputePolicy offloading(String... operations) {
    return of(all(Decision.OFFLOAD, operations));
  }

  private static Map<String, Decision> all(Decision decision, String... operations) {
    return Stream.of(operations).collect(Collectors.toMap(name -> name, name -> decision));
  }

  /**
   * Decides by name; other operations are computed again.
   *
   * @throws ConfigException when a function runs none of these operations, which are then misspelt
   */
  static RecomputePolicy of(Map<String, Decision> decisions) {
    return new ByName(new TreeMap<>(decisions));
  }

  /** The same decisions with another place for what is offloaded. */
  default RecomputePolicy withOffload(Offload offload) {
    RecomputePolicy decisions = this;
    return new RecomputePolicy() {
      @Override
      public Decision decide(Call call) {
        return decisions.decide(call);
      }

      @Override
      public Offload offload() {
        return offload;
      }

      @Override
      public void ended(Set<String> operations) {
        decisions.ended(operations);
      }
    };
  }

  /** Decisions by the names of operations. */
  record ByName(Map<String, Decision> decisions) implements RecomputePolicy {
    public ByName {
      decisions = Map.copyOf(decisions);
    }

    @Override
    public Decision decide(Call call) {
      return decisions.getOrDefault(call.operation(), Decision.RECOMPUTE);
    }

    @Override
    public void ended(Set<String> operations) {
      if (!decisions.isEmpty() && decisions.keySet().stream().noneMatch(operations::contains)) {
        throw ConfigException.because(
            "recompute policy: it decides about the operations "
                + new TreeSet<>(decisions.keySet())
                + ", but the checkpointed function ran none of them, only "
                + new TreeSet<>(operations)
                + "; name some of these");
      }
    }
  }
}
