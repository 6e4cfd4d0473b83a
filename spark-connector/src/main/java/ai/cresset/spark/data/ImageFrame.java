package ai.cresset.spark.data;

import ai.cresset.data.image.DecodedImage;
import ai.cresset.error.DataException;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Image files as DataFrames. Of what {@link #decoded} gives, {@code image} can be asked for as
 * packed bytes ({@link ColumnRequest#packed}).
 */
public final class ImageFrame {
  /** Where a file is, with scheme. */
  public static final String PATH = "path";

  /** Unsigned bytes, {@code [channels, height, width]}; null where there is a problem. */
  public static final String IMAGE = "image";

  /** Why a file cannot be used; null where it can. */
  public static final String PROBLEM = "problem";

  private static final String CONTENT = "content";

  private static final StructType SCHEMA =
      new StructType()
          .add(PATH, DataTypes.StringType, false)
          .add(IMAGE, DataTypes.BinaryType)
          .add("channels", DataTypes.IntegerType, false)
          .add("height", DataTypes.IntegerType, false)
          .add("width", DataTypes.IntegerType, false)
          .add(PROBLEM, DataTypes.StringType);

  private ImageFrame() {}

  /**
   * The files below a directory, at any depth, by Spark's source {@code binaryFile}: {@code path},
   * {@code modificationTime}, {@code length} and {@code content}.
   */
  public static Dataset<Row> files(SparkSession spark, String directory) {
    return spark.read().format("binaryFile").option("recursiveFileLookup", "true").load(directory);
  }

  /**
   * Decodes files in the tasks that read them. A file that cannot be decoded becomes a row with a
   * {@code problem}, so that the caller decides what it means.
   *
   * @param files with {@code path} and {@code content}, such as {@link #files} or Spark's {@code
   *     binaryFile}
   * @return {@code path}, {@code image}, {@code channels}, {@code height}, {@code width}, {@code
   *     problem}
   */
  public static Dataset<Row> decoded(Dataset<Row> files, ImageForm form) {
    return files
        .select(PATH, CONTENT)
        .map((MapFunction<Row, Row>) row -> decode(row, form), Encoders.row(SCHEMA));
  }

  private static Row decode(Row row, ImageForm form) {
    String path = row.getString(0);
    try {
      DecodedImage image = form.decode(row.getAs(1), path);
      return RowFactory.create(
          path, image.bytes(), image.channels(), image.height(), image.width(), null);
    } catch (DataException e) {
      return RowFactory.create(path, null, 0, 0, 0, e.getMessage());
    }
  }
}
