package ai.cresset.jobs.sequence;

import java.io.Serializable;

/** A row of the token DataFrames, as the bean that Spark's encoders ask for. */
public final class SequenceRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private int[] source = {};
  private int[] target = {};
  private long label;

  /** Tokens of what is read, padded behind. */
  public int[] getSource() {
    return source;
  }

  public void setSource(int[] source) {
    this.source = source;
  }

  /** Tokens of what is to be written, padded behind; of one element for classes. */
  public int[] getTarget() {
    return target;
  }

  public void setTarget(int[] target) {
    this.target = target;
  }

  /** The class, from 0; 0 for texts. */
  public long getLabel() {
    return label;
  }

  public void setLabel(long label) {
    this.label = label;
  }
}
