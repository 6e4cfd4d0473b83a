package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Our schemas as Arrow's and back. A boolean is a byte, marked by metadata of its field. */
final class ArrowSchemas {
  private static final String DTYPE = "cresset.dtype";
  private static final String ELEMENT = "element";

  private ArrowSchemas() {}

  static Schema toArrow(DatasetSchema schema) {
    List<Field> fields = new ArrayList<>();
    for (Column column : schema.columns()) {
      fields.add(toArrow(column));
    }
    return new Schema(fields);
  }

  private static Field toArrow(Column column) {
    ColumnType type = column.type();
    if (type instanceof ColumnType.Scalar scalar) {
      return element(column.name(), scalar.dtype());
    }
    List<Field> child = List.of(element(ELEMENT, type.dtype()));
    ArrowType arrow;
    if (type instanceof ColumnType.FixedArray fixed) {
      arrow = new ArrowType.FixedSizeList(fixed.length());
    } else if (type instanceof ColumnType.VariableArray) {
      arrow = new ArrowType.List();
    } else {
      child = List.of();
      arrow = type instanceof ColumnType.Text ? new ArrowType.Utf8() : new ArrowType.Binary();
    }
    return new Field(column.name(), FieldType.notNullable(arrow), child);
  }

  private static Field element(String name, DType dtype) {
    Map<String, String> metadata =
        dtype == DType.BOOL ? Map.of(DTYPE, DType.BOOL.toString()) : Map.of();
    return new Field(name, new FieldType(false, primitive(dtype), null, metadata), List.of());
  }

  private static ArrowType primitive(DType dtype) {
    return switch (dtype) {
      case BOOL, UINT8 -> new ArrowType.Int(8, false);
      case INT8 -> new ArrowType.Int(8, true);
      case INT16 -> new ArrowType.Int(16, true);
      case INT32 -> new ArrowType.Int(32, true);
      case INT64 -> new ArrowType.Int(64, true);
      case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case FLOAT16, BFLOAT16 -> throw new IllegalStateException("refused by ColumnType: " + dtype);
    };
  }

  static DatasetSchema fromArrow(Schema schema, Object file) {
    List<Column> columns = new ArrayList<>();
    for (Field field : schema.getFields()) {
      columns.add(fromArrow(field, file));
    }
    try {
      return new DatasetSchema(columns);
    } catch (DataException e) {
      throw DataException.corrupt(file, "schema", e);
    }
  }

  private static Column fromArrow(Field field, Object file) {
    if (field.getDictionary() == null && !field.getName().isEmpty()) {
      ArrowType arrow = field.getType();
      if (arrow instanceof ArrowType.FixedSizeList list && list.getListSize() > 0) {
        DType element = element(field);
        if (element != null) {
          return new Column(
              field.getName(), new ColumnType.FixedArray(element, list.getListSize()));
        }
      } else if (arrow instanceof ArrowType.List) {
        DType element = element(field);
        if (element != null) {
          return new Column(field.getName(), new ColumnType.VariableArray(element));
        }
      } else if (arrow instanceof ArrowType.Binary) {
        return new Column(field.getName(), new ColumnType.Binary());
      } else if (arrow instanceof ArrowType.Utf8) {
        return new Column(field.getName(), new ColumnType.Text());
      } else {
        DType dtype = dtype(field);
        if (dtype != null) {
          return new Column(field.getName(), new ColumnType.Scalar(dtype));
        }
      }
    }
    throw DataException.because(
        file
            + ": field '"
            + field
            + "' is not one of: integers of 8 to 64 bits, uint8, float32, float64, lists of these,"
            + " binary, utf8");
  }

  private static @Nullable DType element(Field list) {
    return list.getChildren().size() == 1 ? dtype(list.getChildren().get(0)) : null;
  }

  private static @Nullable DType dtype(Field field) {
    if (field.getType() instanceof ArrowType.Int integer) {
      if (!integer.getIsSigned()) {
        boolean bool = DType.BOOL.toString().equals(field.getMetadata().get(DTYPE));
        return integer.getBitWidth() != 8 ? null : bool ? DType.BOOL : DType.UINT8;
      }
      return switch (integer.getBitWidth()) {
        case 8 -> DType.INT8;
        case 16 -> DType.INT16;
        case 32 -> DType.INT32;
        case 64 -> DType.INT64;
        default -> null;
      };
    }
    if (field.getType() instanceof ArrowType.FloatingPoint floating) {
      return switch (floating.getPrecision()) {
        case SINGLE -> DType.FLOAT32;
        case DOUBLE -> DType.FLOAT64;
        case HALF -> null;
      };
    }
    return null;
  }
}
