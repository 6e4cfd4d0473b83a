package ai.cresset.data.audio;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;

/**
 * Moves sound {@code [channels, frames]} in time; silence comes in.
 *
 * @param most frames to move by, in both directions
 */
public record TimeShift(int most) implements Transform {
  public TimeShift {
    if (most < 0) {
      throw ConfigException.value("TimeShift most", most, "0 or more");
    }
  }

  @Override
  public Tensor apply(Tensor sound, Draws draws) {
    int later = draws.below(2 * most + 1) - most;
    int channels = (int) sound.size(0);
    int frames = (int) sound.size(1);
    float[] from = sound.toFloatArray();
    float[] to = new float[from.length];
    int length = frames - Math.abs(later);
    for (int channel = 0; channel < channels && length > 0; channel++) {
      int start = channel * frames;
      System.arraycopy(from, start + Math.max(0, -later), to, start + Math.max(0, later), length);
    }
    return Tensor.of(to, channels, frames);
  }
}
