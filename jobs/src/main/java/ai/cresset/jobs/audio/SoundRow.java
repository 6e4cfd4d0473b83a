package ai.cresset.jobs.audio;

import java.io.Serializable;

/** A row of the sound DataFrames, as the bean that Spark's encoders ask for. */
public final class SoundRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private byte[] sound = {};
  private long label;

  /** Whole numbers of 16 bits, little endian, one for each frame. */
  public byte[] getSound() {
    return sound;
  }

  public void setSound(byte[] sound) {
    this.sound = sound;
  }

  /** The class, from 0. */
  public long getLabel() {
    return label;
  }

  public void setLabel(long label) {
    this.label = label;
  }
}
