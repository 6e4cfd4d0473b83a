package ai.cresset.spark.data;

import ai.cresset.type.DType;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.jspecify.annotations.Nullable;

/** Spark's primitive types and ours. */
final class SparkTypes {
  private SparkTypes() {}

  /** The element type of a primitive; null for all others. */
  static @Nullable DType primitive(DataType type) {
    if (type instanceof BooleanType) {
      return DType.BOOL;
    }
    if (type instanceof ByteType) {
      return DType.INT8;
    }
    if (type instanceof ShortType) {
      return DType.INT16;
    }
    if (type instanceof IntegerType) {
      return DType.INT32;
    }
    if (type instanceof LongType) {
      return DType.INT64;
    }
    if (type instanceof FloatType) {
      return DType.FLOAT32;
    }
    return type instanceof DoubleType ? DType.FLOAT64 : null;
  }

  static boolean isVector(DataType type) {
    return SQLDataTypes.VectorType().equals(type);
  }
}
