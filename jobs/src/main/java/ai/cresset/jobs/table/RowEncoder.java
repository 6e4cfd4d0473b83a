package ai.cresset.jobs.table;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns the texts of rows into numbers. */
final class RowEncoder implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ColumnPlan plan;
  private final TableColumns columns;
  private final List<Map<String, Long>> places = new ArrayList<>();
  private final Map<String, Long> classes = new HashMap<>();

  RowEncoder(ColumnPlan plan, TableColumns columns) {
    this.plan = plan;
    this.columns = columns;
    for (TableColumns.Categorical column : columns.categorical()) {
      Map<String, Long> place = new HashMap<>();
      for (String value : column.values()) {
        place.put(value, place.size() + 1L);
      }
      places.add(place);
    }
    for (String name : columns.classes()) {
      classes.put(name, (long) classes.size());
    }
  }

  EncodedRow encode(@Nullable String[] values) {
    EncodedRow row = new EncodedRow();
    float[] numbers = new float[columns.numeric().size()];
    for (int i = 0; i < numbers.length; i++) {
      TableColumns.Numeric column = columns.numeric().get(i);
      String text = values[plan.numeric().get(i)];
      numbers[i] =
          text == null
              ? 0 // the mean
              : (float) ((Double.parseDouble(text) - column.mean()) / column.deviation());
    }
    row.setNumbers(numbers);
    long[] categories = new long[places.size()];
    for (int i = 0; i < categories.length; i++) {
      String text = values[plan.categorical().get(i)];
      categories[i] = places.get(i).getOrDefault(text == null ? "" : text, 0L);
    }
    row.setCategories(categories);
    String label = values[plan.label()];
    if (label == null) {
      throw new IllegalStateException("rows without a label were left out or refused before");
    }
    if (classes.isEmpty()) {
      row.setTarget((Double.parseDouble(label) - columns.labelMean()) / columns.labelDeviation());
    } else {
      row.setLabel(classes.getOrDefault(label, 0L));
    }
    return row;
  }
}
