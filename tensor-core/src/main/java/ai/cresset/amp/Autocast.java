package ai.cresset.amp;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.Mode;
import ai.cresset.tensor.op.OperandCasting;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Mixed precision ({@code torch.autocast}): while one is open, operations of this thread on its
 * kind of device run in the type that suits them, whatever their operands are. Products and
 * convolutions run in the lower type, losses and what needs range in float32, everything else in
 * the widest of its operands' types; float64 and integers stay as they are.
 *
 * <pre>{@code
 * try (Autocast cast = Autocast.enable(Device.Kind.CPU, DType.BFLOAT16)) {
 *   loss = Losses.crossEntropy(model.call(batch), targets);
 * }
 * loss.backward();
 * }</pre>
 *
 * <p>Nothing opens one by itself. It pays on GPUs, and on processors with instructions for bfloat16
 * (AMX, AVX512-BF16); others convert to float32 and back for each product and take longer.
 *
 * <p>Weights are cast once: the cast is kept until this is closed, or the weight changes. Backward
 * passes use the types of the forward pass, recomputation those of its first run. Not cast:
 * operations in place, and the operations inside of an operation. Open ones nest and are closed in
 * reverse order.
 */
public final class Autocast implements AutoCloseable, OperandCasting {
  private final Device.Kind kind;
  private final @Nullable DType lower;
  private final @Nullable OperandCasting outer;
  private final Map<Tensor, Kept> kept = new IdentityHashMap<>();
  private boolean closed;

  private Autocast(Device.Kind kind, @Nullable DType lower) {
    this.kind = kind;
    this.lower = lower;
    Mode mode = Mode.current();
    outer = mode.casting();
    mode.casting(this);
  }

  /** The cast of a weight, and what the weight was then. */
  private record Kept(Tensor cast, Storage storage, long version) {
    boolean isOf(Tensor weight) {
      return weight.storage() == storage && storage.version() == version;
    }
  }

  /**
   * Casts until the result is closed.
   *
   * @param kind of devices
   * @param lower bfloat16 or float16
   */
  public static Autocast enable(Device.Kind kind, DType lower) {
    if (lower != DType.BFLOAT16 && lower != DType.FLOAT16) {
      throw ConfigException.value("autocast type", lower, "bfloat16 or float16");
    }
    return new Autocast(kind, lower);
  }

  /** Leaves types alone on this kind of device until the result is closed, inside of another. */
  public static Autocast disable(Device.Kind kind) {
    return new Autocast(kind, null);
  }

  /** Whether operations on this kind of device are cast now. */
  public static boolean isEnabled(Device.Kind kind) {
    return type(kind) != null;
  }

  /** The lower type of this kind of device now; null where types are left alone. */
  public static @Nullable DType type(Device.Kind kind) {
    OperandCasting current = Mode.current().casting();
    while (current instanceof Autocast cast) {
      if (cast.kind == kind) {
        return cast.lower;
      }
      current = cast.outer;
    }
    return null;
  }

  @Override
  public List<Tensor> operands(String operation, List<Tensor> operands) {
    if (operands.isEmpty() || operands.get(0).device().kind() != kind) {
      return outer == null ? operands : outer.operands(operation, operands);
    }
    DType low = lower;
    if (low == null) {
      return operands;
    }
    DType target =
        switch (CastRules.of(kind, operation)) {
          case LOWER -> low;
          case FLOAT32 -> DType.FLOAT32;
          case WIDEST, LIKE_FIRST -> widest(operands);
        };
    return target == null ? operands : cast(operands, target);
  }

  /** The widest of several floating types; null where there is one at most. */
  private static @Nullable DType widest(List<Tensor> operands) {
    DType found = null;
    boolean differ = false;
    for (Tensor operand : operands) {
      if (operand.dtype().isFloating()) {
        differ |= found != null && found != operand.dtype();
        found = found == null ? operand.dtype() : DType.promote(found, operand.dtype());
      }
    }
    return differ ? found : null;
  }

  private List<Tensor> cast(List<Tensor> operands, DType target) {
    List<Tensor> cast = operands;
    for (int i = 0; i < operands.size(); i++) {
      Tensor operand = operands.get(i);
      DType type = operand.dtype();
      if (type.isFloating() && type != DType.FLOAT64 && type != target) {
        if (cast == operands) {
          cast = new ArrayList<>(operands);
        }
        cast.set(i, cast(operand, target));
      }
    }
    return cast;
  }

  private Tensor cast(Tensor operand, DType target) {
    boolean weight =
        target == lower
            && operand.dtype() == DType.FLOAT32
            && operand.isLeaf()
            && operand.requiresGrad()
            && GradMode.isEnabled()
            && !closed;
    if (!weight) {
      return operand.to(target);
    }
    Kept found = kept.get(operand);
    if (found != null && found.isOf(operand)) {
      return found.cast();
    }
    if (found != null) {
      found.cast().close();
    }
    Tensor cast = Scope.detach(operand.to(target));
    kept.put(operand, new Kept(cast, operand.storage(), operand.storage().version()));
    return cast;
  }

  @Override
  public List<Tensor> results(String operation, List<Tensor> given, List<Tensor> results) {
    if (given.isEmpty() || given.get(0).device().kind() != kind) {
      return outer == null ? results : outer.results(operation, given, results);
    }
    DType type = given.get(0).dtype();
    boolean like = lower != null && CastRules.of(kind, operation) == CastRule.LIKE_FIRST;
    if (!like || !type.isFloating() || results.get(0).dtype() == type) {
      return results;
    }
    List<Tensor> cast = new ArrayList<>(results);
    cast.set(0, results.get(0).to(type));
    return cast;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    Mode mode = Mode.current();
    if (mode.casting() != this) {
      throw ConfigException.because(
          "an Autocast is closed before those opened inside of it, or on another thread; use"
              + " try-with-resources");
    }
    closed = true;
    kept.values().forEach(each -> each.cast().close());
    kept.clear();
    mode.casting(outer);
  }
}
