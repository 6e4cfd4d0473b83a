package ai.cresset.jobs.audio;

import ai.cresset.data.audio.Resample;
import ai.cresset.data.audio.WavFile;
import ai.cresset.data.audio.Waveform;
import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.AudioDataSettings;
import ai.cresset.jobs.recipe.AudioDataSettings.Keep;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What sounds become when they are read: one channel of one rate and one length, in whole numbers
 * of 16 bits.
 *
 * @param sampleRate frames a second
 * @param frames how many
 * @param keep what is kept of longer ones
 */
record SoundForm(int sampleRate, int frames, Keep keep) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int HIGHEST = Short.MAX_VALUE;

  static SoundForm of(AudioDataSettings settings) {
    return new SoundForm(settings.sampleRate(), settings.frames(), settings.keep());
  }

  /**
   * Decodes a file.
   *
   * @param name what errors call it
   * @return {@code frames} numbers, little endian
   * @throws DataException that names it
   */
  byte[] decode(byte[] file, String name) {
    float[] found = wave(file, name, sampleRate);
    int first = keep == Keep.MIDDLE ? Math.max(0, (found.length - frames) / 2) : 0;
    ByteBuffer bytes = ByteBuffer.allocate(2 * frames).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = first; i < Math.min(found.length, first + frames); i++) {
      bytes.putShort((short) Math.round(HIGHEST * Math.max(-1, Math.min(1, found[i]))));
    }
    return bytes.array();
  }

  /**
   * Decodes a whole file to one channel of a rate.
   *
   * @param name what errors call it
   * @throws DataException that names it
   */
  static float[] wave(byte[] file, String name, int sampleRate) {
    Waveform sound = WavFile.read(file, name);
    if (sound.frames() == 0) {
      throw DataException.because(name + ": has no sound; use another copy of it");
    }
    float[] single = mixed(sound);
    float[] found = new Resample(sound.sampleRate(), sampleRate).apply(single, 1, single.length);
    for (float each : found) {
      if (!Float.isFinite(each)) {
        throw DataException.because(name + ": holds " + each + "; use another copy of it");
      }
    }
    return found;
  }

  /** The mean of the channels. */
  private static float[] mixed(Waveform sound) {
    if (sound.channels() == 1) {
      return sound.samples();
    }
    float[] mixed = new float[sound.frames()];
    for (int i = 0; i < mixed.length; i++) {
      double sum = 0;
      for (int channel = 0; channel < sound.channels(); channel++) {
        sum += sound.samples()[channel * mixed.length + i];
      }
      mixed[i] = (float) (sum / sound.channels());
    }
    return mixed;
  }
}
