package ai.cresset.checkpoint;

import ai.cresset.type.DType;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The names that safetensors gives to element types. */
enum SafetensorsType {
  BOOL(DType.BOOL),
  U8(DType.UINT8),
  I8(DType.INT8),
  I16(DType.INT16),
  I32(DType.INT32),
  I64(DType.INT64),
  F16(DType.FLOAT16),
  BF16(DType.BFLOAT16),
  F32(DType.FLOAT32),
  F64(DType.FLOAT64);

  private final DType dtype;

  SafetensorsType(DType dtype) {
    this.dtype = dtype;
  }

  DType dtype() {
    return dtype;
  }

  /** The type of this name; null if there is none. */
  static @Nullable SafetensorsType named(String name) {
    for (SafetensorsType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }

  static SafetensorsType of(DType dtype) {
    for (SafetensorsType type : values()) {
      if (type.dtype == dtype) {
        return type;
      }
    }
    throw new IllegalStateException("no name for " + dtype);
  }

  /** All names, for messages. */
  static String names() {
    return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
  }
}
