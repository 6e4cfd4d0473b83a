package ai.cresset.backend.cuda;

import ai.cresset.type.DType;

/** What the kernels' prelude calls our element types. */
final class CudaType {
  private CudaType() {}

  /** Such as {@code bf16} for bfloat16. */
  static String of(DType dtype) {
    return switch (dtype) {
      case BOOL -> "boolean";
      case UINT8 -> "u8";
      case INT8 -> "i8";
      case INT16 -> "i16";
      case INT32 -> "i32";
      case INT64 -> "i64";
      case FLOAT16 -> "f16";
      case BFLOAT16 -> "bf16";
      case FLOAT32 -> "float";
      case FLOAT64 -> "double";
    };
  }
}
