package ai.cresset.jobs.table;

import java.io.Serializable;

/**
 * A row of the table DataFrames, as the bean that Spark's encoders ask for: arrays in a bean are
 * copied whole, in a {@code Row} they would be boxed element by element.
 */
public final class EncodedRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private float[] numbers = {};
  private long[] categories = {};
  private long label;
  private double target;

  /** The numeric columns, with mean 0 and deviation 1. */
  public float[] getNumbers() {
    return numbers;
  }

  public void setNumbers(float[] numbers) {
    this.numbers = numbers;
  }

  /** The categorical columns, each from 0. */
  public long[] getCategories() {
    return categories;
  }

  public void setCategories(long[] categories) {
    this.categories = categories;
  }

  /** The class, from 0; 0 for a quantity. */
  public long getLabel() {
    return label;
  }

  public void setLabel(long label) {
    this.label = label;
  }

  /** The quantity, with mean 0 and deviation 1; 0 for classes. */
  public double getTarget() {
    return target;
  }

  public void setTarget(double target) {
    this.target = target;
  }
}
