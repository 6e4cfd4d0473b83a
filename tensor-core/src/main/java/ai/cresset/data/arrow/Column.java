package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import java.io.Serializable;

/** A named column. */
public record Column(String name, ColumnType type) implements Serializable {
  public Column {
    if (name.isEmpty()) {
      throw DataException.because("a column needs a name, got an empty one");
    }
  }

  @Override
  public String toString() {
    return name + ": " + type;
  }
}
