package ai.cresset.type;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class DTypeTest {
  /** The table of {@code torch.promote_types}, in the order of the enum. */
  private static final String[] TABLE = {
    "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64",
    "uint8 uint8 int16 int16 int32 int64 float16 bfloat16 float32 float64",
    "int8 int16 int8 int16 int32 int64 float16 bfloat16 float32 float64",
    "int16 int16 int16 int16 int32 int64 float16 bfloat16 float32 float64",
    "int32 int32 int32 int32 int32 int64 float16 bfloat16 float32 float64",
    "int64 int64 int64 int64 int64 int64 float16 bfloat16 float32 float64",
    "float16 float16 float16 float16 float16 float16 float16 float32 float32 float64",
    "bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 float32 bfloat16 float32 float64",
    "float32 float32 float32 float32 float32 float32 float32 float32 float32 float64",
    "float64 float64 float64 float64 float64 float64 float64 float64 float64 float64"
  };

  @Test
  void promotionIsPyTorchs() {
    DType[] types = DType.values();
    for (int i = 0; i < types.length; i++) {
      String[] row = TABLE[i].split(" ", -1);
      for (int j = 0; j < types.length; j++) {
        String promoted = DType.promote(types[i], types[j]).toString();
        assertEquals(row[j], promoted, types[i] + " with " + types[j]);
      }
    }
  }

  @Test
  void numbersCountOnlyInAHigherCategory() {
    assertEquals(DType.INT64, DType.BOOL.withScalar(1));
    assertEquals(DType.UINT8, DType.UINT8.withScalar(300L));
    assertEquals(DType.FLOAT16, DType.FLOAT16.withScalar(1));
    assertEquals(DType.FLOAT32, DType.INT32.withScalar(0.5));
    assertEquals(DType.FLOAT32, DType.BOOL.withScalar(0.5f));
    assertEquals(DType.BFLOAT16, DType.BFLOAT16.withScalar(0.5));
    assertEquals(DType.FLOAT64, DType.FLOAT64.withScalar(0.5f));
  }
}
