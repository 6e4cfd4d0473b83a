package ai.cresset.checkpoint;

import ai.cresset.type.DType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of Python that a PyTorch file may use. Each stands for a piece of our own code; nothing
 * else has a meaning, so nothing else can run.
 *
 * @param action what a call of it makes
 * @param dtype of a storage class or a {@code torch.dtype}; null for others
 */
record PickleGlobal(Action action, @Nullable DType dtype) {
  /** What becomes of a name. */
  enum Action {
    ORDERED_DICT,
    SET,
    FROZENSET,
    BYTES,
    ENCODE,
    SIZE,
    DEVICE,
    ELEMENT_TYPE,
    STORAGE,
    TENSOR,
    TENSOR_OF_TYPE,
    PARAMETER
  }

  private static final Map<String, PickleGlobal> KNOWN = new HashMap<>();

  static {
    know("collections.OrderedDict", Action.ORDERED_DICT);
    know("builtins.set", Action.SET);
    know("builtins.frozenset", Action.FROZENSET);
    know("builtins.bytes", Action.BYTES);
    know("builtins.bytearray", Action.BYTES);
    know("_codecs.encode", Action.ENCODE);
    know("torch.Size", Action.SIZE);
    know("torch.device", Action.DEVICE);
    know("torch._utils._rebuild_tensor", Action.TENSOR);
    know("torch._utils._rebuild_tensor_v2", Action.TENSOR);
    know("torch._utils._rebuild_tensor_v3", Action.TENSOR_OF_TYPE);
    know("torch._utils._rebuild_parameter", Action.PARAMETER);
    know("torch._utils._rebuild_parameter_with_state", Action.PARAMETER);
    know("torch.storage.UntypedStorage", Action.STORAGE);
    know("torch.UntypedStorage", Action.STORAGE);
    for (DType type : DType.values()) {
      KNOWN.put("torch." + type, new PickleGlobal(Action.ELEMENT_TYPE, type));
      KNOWN.put("torch." + storageClass(type), new PickleGlobal(Action.STORAGE, type));
      KNOWN.put("torch.cuda." + storageClass(type), new PickleGlobal(Action.STORAGE, type));
    }
  }

  private static void know(String name, Action action) {
    KNOWN.put(name, new PickleGlobal(action, null));
  }

  /** What a name means; null for nothing. */
  static @Nullable PickleGlobal of(String module, String name) {
    return KNOWN.get((module.equals("__builtin__") ? "builtins" : module) + "." + name);
  }

  /** PyTorch's class of storages with elements of this type. */
  static String storageClass(DType type) {
    return switch (type) {
      case BOOL -> "BoolStorage";
      case UINT8 -> "ByteStorage";
      case INT8 -> "CharStorage";
      case INT16 -> "ShortStorage";
      case INT32 -> "IntStorage";
      case INT64 -> "LongStorage";
      case FLOAT16 -> "HalfStorage";
      case BFLOAT16 -> "BFloat16Storage";
      case FLOAT32 -> "FloatStorage";
      case FLOAT64 -> "DoubleStorage";
    };
  }

  /** The types there are, for messages. */
  static String types() {
    return String.join(", ", Arrays.stream(DType.values()).map(DType::toString).toList());
  }
}
