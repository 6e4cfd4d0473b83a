package ai.cresset.jobs.series;

import java.io.Serializable;

/** A row of the window DataFrames, as the bean that Spark's encoders ask for. */
public final class WindowRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private float[] past = {};
  private float[] ahead = {};
  private float[] target = {};
  private double[] scale = {};
  private long series;
  private long time;

  /** {@code [context, targets + covariates]}, on the model's scale. */
  public float[] getPast() {
    return past;
  }

  public void setPast(float[] past) {
    this.past = past;
  }

  /** {@code [horizon, covariates]}. */
  public float[] getAhead() {
    return ahead;
  }

  public void setAhead(float[] ahead) {
    this.ahead = ahead;
  }

  /** {@code [horizon, targets]}, on the model's scale. */
  public float[] getTarget() {
    return target;
  }

  public void setTarget(float[] target) {
    this.target = target;
  }

  /** Means, deviations and naive errors of the series, {@code [3, targets]}. */
  public double[] getScale() {
    return scale;
  }

  public void setScale(double[] scale) {
    this.scale = scale;
  }

  /** The place of its series in the summary. */
  public long getSeries() {
    return series;
  }

  public void setSeries(long series) {
    this.series = series;
  }

  /** The first time that is forecast. */
  public long getTime() {
    return time;
  }

  public void setTime(long time) {
    this.time = time;
  }
}
