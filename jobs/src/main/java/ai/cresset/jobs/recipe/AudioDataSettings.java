package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;

/**
 * The section {@code data} of an {@code audio} recipe: WAV files in a folder for each class. Sounds
 * of several channels become one, their mean.
 *
 * @param path a directory with a folder of WAV files for each class, or with {@code train} and
 *     {@code test} that hold such folders; on any Hadoop file system; relative paths start where
 *     the command was given
 * @param sampleRate frames a second that all sounds are brought to
 * @param seconds that all sounds are brought to: silence follows shorter ones
 * @param keep what is kept of longer ones
 * @param features what the model sees
 * @param points of the Fourier transform, and frames under its window
 * @param hop frames between windows
 * @param bands of the mel scale
 * @param coefficients of {@code mfcc}; 0 with {@code log_mel}
 * @param validationFraction the part of the sounds to train on that is kept for validation, of each
 *     class alike, above 0 and below 1
 * @param testFraction the part of all sounds that is kept for the test at the end, where there is
 *     no folder for it, above 0 and below 1
 * @param splitSeed changes which ones
 * @param invalid what to do about files that cannot be used
 * @param shift sounds are moved by up to so many seconds in both directions while the model trains
 * @param noise the part of the sounds that get background noise while the model trains
 * @param noisePath a directory of WAV files of noise, of any rates and lengths, on a file system
 *     that all workers see; empty for noise that is made, from white to brown
 * @param noiseDecibels how far the sound lies above that noise, at least; at most 30 more
 * @param bandMask up to so many neighbouring bands are hidden while the model trains
 * @param timeMask up to so many neighbouring windows are hidden while the model trains
 * @param cacheDir where sounds are kept as Arrow files, on a file system that all workers see
 */
public record AudioDataSettings(
    String path,
    int sampleRate,
    double seconds,
    Keep keep,
    Features features,
    int points,
    int hop,
    int bands,
    int coefficients,
    double validationFraction,
    double testFraction,
    long splitSeed,
    Invalid invalid,
    double shift,
    double noise,
    String noisePath,
    double noiseDecibels,
    int bandMask,
    int timeMask,
    String cacheDir)
    implements Serializable {
  public AudioDataSettings {
    Check.notBlank("data.path", path);
    Check.atLeast("data.sample_rate", sampleRate, 100);
    Check.positive("data.seconds", seconds);
    Check.atLeast("data.points", points, 2);
    Check.atLeast("data.hop", hop, 1);
    Check.atLeast("data.bands", bands, 1);
    if (Math.round(seconds * sampleRate) <= points / 2) {
      throw ConfigException.value(
          "data.seconds",
          seconds,
          "more than half of data.points (" + points + ") at data.sample_rate");
    }
    if (features == Features.LOG_MEL && coefficients != 0) {
      throw ConfigException.value(
          "data.coefficients", coefficients, "0, because data.features is log_mel");
    }
    if (features == Features.MFCC && (coefficients < 1 || coefficients > bands)) {
      throw ConfigException.value(
          "data.coefficients", coefficients, "1 to data.bands, which is " + bands);
    }
    Check.parts(validationFraction, testFraction);
    if (!(shift >= 0 && shift < seconds)) {
      throw ConfigException.value(
          "data.shift", shift, "0 or more, below data.seconds, which is " + seconds);
    }
    if (!(noise >= 0 && noise <= 1)) {
      throw ConfigException.value("data.noise", noise, "a number from 0 to 1");
    }
    if (noise == 0 && !noisePath.isEmpty()) {
      throw ConfigException.value(
          "data.noise_path", "'" + noisePath + "'", "'', because data.noise is 0");
    }
    Check.atLeast("data.band_mask", bandMask, 0);
    Check.atLeast("data.time_mask", timeMask, 0);
    Check.notBlank("data.cache_dir", cacheDir);
  }

  /** Frames that all sounds have. */
  public int frames() {
    return Math.toIntExact(Math.round(seconds * sampleRate));
  }

  /** What is kept of longer sounds. */
  public enum Keep {
    /** The beginning. */
    START,
    /** The middle. */
    MIDDLE
  }

  /** What the model sees. */
  public enum Features {
    /** Energies of mel bands in decibels. */
    LOG_MEL,
    /** Mel-frequency cepstral coefficients. */
    MFCC
  }
}
