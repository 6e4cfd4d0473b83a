package ai.cresset.jobs.table;

import java.io.Serializable;
import java.util.List;

/**
 * What turns rows into a model's inputs and its outputs into labels: learned from the rows to train
 * on alone.
 *
 * @param label the column to predict
 * @param classes the labels of the classes, in order; empty for a quantity
 * @param labelMean of a quantity; 0 for classes
 * @param labelDeviation of a quantity; 1 for classes
 * @param numeric columns of numbers, in order
 * @param categorical columns of names, in order
 */
public record TableColumns(
    String label,
    List<String> classes,
    double labelMean,
    double labelDeviation,
    List<Numeric> numeric,
    List<Categorical> categorical)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public TableColumns {
    classes = List.copyOf(classes);
    numeric = List.copyOf(numeric);
    categorical = List.copyOf(categorical);
  }

  /**
   * A column of numbers; the model sees {@code (value - mean) / deviation}.
   *
   * @param name of the column
   * @param mean what a missing value is taken for too
   * @param deviation 1 where all values are equal
   */
  public record Numeric(String name, double mean, double deviation) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * A column of names. The model sees 0 for one that no row to train on has, else the place in
   * {@code values} and 1. A missing one is the empty name.
   *
   * @param name of the column
   * @param values in order
   */
  public record Categorical(String name, List<String> values) implements Serializable {
    private static final long serialVersionUID = 1L;

    public Categorical {
      values = List.copyOf(values);
    }

    /** How many different numbers the model may see. */
    public long size() {
      return values.size() + 1L;
    }
  }
}
