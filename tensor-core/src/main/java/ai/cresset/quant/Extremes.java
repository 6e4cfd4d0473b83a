package ai.cresset.quant;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import org.jspecify.annotations.Nullable;

/** The least and the greatest value seen. */
final class Extremes {
  private @Nullable Pair seen;

  record Pair(float low, float high) {
    boolean isFinite() {
      return Float.isFinite(low) && Float.isFinite(high);
    }
  }

  /** Those of a tensor; null if it has no elements. */
  static @Nullable Pair of(Tensor values) {
    checkType(values);
    if (values.numel() == 0) {
      return null;
    }
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("extremes")) {
      return new Pair((float) values.min().item(), (float) values.max().item());
    }
  }

  static void checkType(Tensor values) {
    if (values.dtype() != DType.FLOAT32) {
      throw DTypeException.unsupported("observe", values.dtype(), "float32");
    }
  }

  static ConfigException nothing() {
    return ConfigException.because(
        "the observer has seen nothing; run the model on batches before it is quantized");
  }

  void widen(Pair more) {
    Pair before = seen;
    seen =
        before == null
            ? more
            : new Pair(Math.min(before.low, more.low), Math.max(before.high, more.high));
  }

  void approach(Pair next, float weight) {
    Pair before = seen;
    seen =
        before == null
            ? next
            : new Pair(
                before.low + weight * (next.low - before.low),
                before.high + weight * (next.high - before.high));
  }

  Pair seen() {
    Pair pair = seen;
    if (pair == null) {
      throw nothing();
    }
    return pair;
  }
}
