package ai.cresset.jobs.table;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.TableDataSettings;
import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a Parquet file whose columns hold one number, boolean or text each, as text. Dates,
 * decimals and columns of several values are refused.
 */
@NullUnmarked
final class ParquetRows extends TableRows {
  private final String name;
  private final ParquetReader<Group> reader;
  private final Set<String> missing;
  private final MessageType schema;

  /**
   * Opens a file.
   *
   * @param name what errors call it
   * @throws DataException if it is no such file
   */
  ParquetRows(String name, Path path, Configuration configuration, TableDataSettings settings) {
    this.name = name;
    this.missing = Set.copyOf(settings.missingValues());
    try (ParquetFileReader file =
        ParquetFileReader.open(HadoopInputFile.fromPath(path, configuration))) {
      schema = file.getFileMetaData().getSchema();
      schema.getFields().forEach(this::check);
      reader = ParquetReader.builder(new GroupReadSupport(), path).withConf(configuration).build();
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(e);
    } catch (RuntimeException e) {
      throw e instanceof DataException known ? known : unreadable(e);
    }
    begin(schema.getFields().stream().map(Type::getName).toArray(String[]::new));
  }

  private DataException unreadable(Exception e) {
    return DataException.because(
        name + ": cannot be read as Parquet: " + e.getMessage() + "; use another copy of it", e);
  }

  private void check(Type type) {
    boolean text = type.toString().contains("(STRING)") || type.toString().contains("(ENUM)");
    boolean plain =
        type.isPrimitive()
            && !type.isRepetition(Type.Repetition.REPEATED)
            && switch (type.asPrimitiveType().getPrimitiveTypeName()) {
              case INT32, INT64 ->
                  type.getLogicalTypeAnnotation() == null
                      || type.getLogicalTypeAnnotation().toString().startsWith("INTEGER");
              case FLOAT, DOUBLE, BOOLEAN -> true;
              case BINARY -> text;
              case INT96, FIXED_LEN_BYTE_ARRAY -> false;
            };
    if (!plain) {
      throw DataException.because(
          name
              + ": column '"
              + type.getName()
              + "' holds "
              + type
              + "; expected numbers, booleans or texts, one in each row");
    }
  }

  @Override
  String @Nullable [] parse() {
    Group row;
    try {
      row = reader.read();
    } catch (IOException | RuntimeException e) {
      throw unreadable(e);
    }
    if (row == null) {
      return null;
    }
    String[] values = new String[schema.getFieldCount()];
    for (int i = 0; i < values.length; i++) {
      if (row.getFieldRepetitionCount(i) > 0) {
        String text = text(row, i).strip();
        values[i] = text.isEmpty() || missing.contains(text) ? null : text;
      }
    }
    return values;
  }

  private String text(Group row, int column) {
    PrimitiveType type = schema.getType(column).asPrimitiveType();
    return type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.BINARY
        ? row.getString(column, 0)
        : row.getValueToString(column, 0);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
