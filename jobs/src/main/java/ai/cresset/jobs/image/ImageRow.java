package ai.cresset.jobs.image;

import java.io.Serializable;

/** A row of the image DataFrames, as the bean that Spark's encoders ask for. */
public final class ImageRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private byte[] image = {};
  private long label;

  /** Unsigned bytes, {@code [channels, height, width]}. */
  public byte[] getImage() {
    return image;
  }

  public void setImage(byte[] image) {
    this.image = image;
  }

  /** The class, from 0. */
  public long getLabel() {
    return label;
  }

  public void setLabel(long label) {
    this.label = label;
  }
}
