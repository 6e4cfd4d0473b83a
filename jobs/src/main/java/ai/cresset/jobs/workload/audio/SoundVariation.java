package ai.cresset.jobs.workload.audio;

import ai.cresset.data.audio.BackgroundNoise;
import ai.cresset.data.audio.FrequencyMasking;
import ai.cresset.data.audio.RecordedNoise;
import ai.cresset.data.audio.StandardBands;
import ai.cresset.data.audio.TimeMasking;
import ai.cresset.data.audio.TimeShift;
import ai.cresset.data.transform.Compose;
import ai.cresset.data.transform.Transform;
import ai.cresset.jobs.audio.NoiseFiles;
import ai.cresset.jobs.audio.SoundSummary;
import ai.cresset.jobs.recipe.AudioDataSettings;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * What happens to sounds while a model trains. It follows from the seed, the epoch and the sound's
 * place in the data set alone.
 *
 * @param shift frames to move by at most
 * @param noise the part of the sounds that get background noise
 * @param noisePath where its recordings are; empty for noise that is made
 * @param noiseDecibels how far the sound lies above it, at least
 * @param bandMask neighbouring bands to hide at most
 * @param timeMask neighbouring windows to hide at most
 */
record SoundVariation(
    int shift, double noise, String noisePath, double noiseDecibels, int bandMask, int timeMask)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Decibels between the loudest noise and the faintest. */
  private static final double SPAN = 30;

  static final SoundVariation NONE = new SoundVariation(0, 0, "", 0, 0, 0);

  static SoundVariation of(AudioDataSettings settings) {
    return new SoundVariation(
        (int) Math.round(settings.shift() * settings.sampleRate()),
        settings.noise(),
        settings.noisePath(),
        settings.noiseDecibels(),
        settings.bandMask(),
        settings.timeMask());
  }

  /** From whole numbers of 16 bits, {@code [1, frames]}, to what the model sees. */
  Transform transform(SoundSummary summary) {
    List<Transform> transforms = new ArrayList<>(List.of(new StoredSound()));
    if (shift > 0) {
      transforms.add(new TimeShift(shift));
    }
    if (noise > 0) {
      transforms.add(background(summary.features().sampleRate()));
    }
    transforms.add(summary.features().transform());
    transforms.add(new StandardBands(summary.means(), summary.deviations()));
    if (bandMask > 0) {
      transforms.add(new FrequencyMasking(bandMask));
    }
    if (timeMask > 0) {
      transforms.add(new TimeMasking(timeMask));
    }
    return new Compose(transforms);
  }

  private Transform background(int sampleRate) {
    double most = noiseDecibels + SPAN;
    return noisePath.isEmpty()
        ? new BackgroundNoise(noise, noiseDecibels, most)
        : new RecordedNoise(
            noise,
            noiseDecibels,
            most,
            NoiseFiles.read(noisePath, sampleRate, SparkHadoopUtil.get().conf()));
  }
}
