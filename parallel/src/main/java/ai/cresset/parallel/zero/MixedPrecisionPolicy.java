package ai.cresset.parallel.zero;

import ai.cresset.error.ConfigException;
import ai.cresset.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * In which types a sharded model computes. The parts that the optimizer changes stay in the type
 * that the model was made in.
 *
 * @param parameters of the model while it runs, and so of its activations and gradients; null for
 *     the type it was made in
 * @param reduction in which gradients are added, over micro-batches and ranks; null for the type
 *     the model was made in
 */
public record MixedPrecisionPolicy(@Nullable DType parameters, @Nullable DType reduction) {
  /** Everything in the type that the model was made in. */
  public static final MixedPrecisionPolicy NONE = new MixedPrecisionPolicy(null, null);

  /** Runs in bfloat16, adds in the type of the model. */
  public static final MixedPrecisionPolicy BFLOAT16 =
      new MixedPrecisionPolicy(DType.BFLOAT16, null);

  public MixedPrecisionPolicy {
    check("parameters", parameters);
    check("reduction", reduction);
  }

  private static void check(String what, @Nullable DType type) {
    if (type != null && !type.isFloating()) {
      throw ConfigException.value("MixedPrecisionPolicy." + what, type, "a floating type");
    }
  }

  DType parameters(DType own) {
    return parameters == null || !own.isFloating() ? own : parameters;
  }

  DType reduction(DType own) {
    return reduction == null || !own.isFloating() ? own : reduction;
  }
}
