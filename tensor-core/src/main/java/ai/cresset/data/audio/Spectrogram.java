package ai.cresset.data.audio;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;

/**
 * How strong each frequency is over time ({@code torchaudio.transforms.Spectrogram}): float32
 * {@code [channels, frames]} to {@code [channels, points / 2 + 1, windows]}. Hann windows, their
 * middles a hop apart, the sound mirrored at both ends.
 *
 * @param points of the Fourier transform
 * @param windowLength frames under a window, at most {@code points}
 * @param hop frames between windows
 * @param power 1 for magnitudes, 2 for energies
 */
public record Spectrogram(int points, int windowLength, int hop, double power)
    implements Transform {
  public Spectrogram {
    if (points < 2) {
      throw ConfigException.value("Spectrogram points", points, "at least 2");
    }
    if (windowLength < 1 || windowLength > points) {
      throw ConfigException.value(
          "Spectrogram windowLength", windowLength, "1 to " + points + ", the points");
    }
    if (hop < 1) {
      throw ConfigException.value("Spectrogram hop", hop, "at least 1");
    }
    if (!(power > 0)) {
      throw ConfigException.value("Spectrogram power", power, "a number above 0");
    }
  }

  /** Energies under windows of all points that overlap by half. */
  public Spectrogram(int points) {
    this(points, points, Math.max(1, points / 2), 2);
  }

  @Override
  public Tensor apply(Tensor sound, Draws draws) {
    if (sound.rank() != 2 || sound.size(1) <= points / 2) {
      throw ShapeException.mismatch(
          "Spectrogram",
          "sound [channels, frames] of more than " + points / 2 + " frames",
          sound.spec());
    }
    if (sound.dtype() != DType.FLOAT32) {
      throw DTypeException.unsupported("Spectrogram", sound.dtype(), "float32");
    }
    int channels = (int) sound.size(0);
    int frames = (int) sound.size(1);
    int windows = 1 + (frames + points / 2 * 2 - points) / hop;
    int frequencies = points / 2 + 1;
    float[] samples = sound.toFloatArray();
    float[] result = new float[channels * frequencies * windows];
    double[] window = window();
    Fourier fourier = new Fourier(points);
    double[] real = new double[points];
    double[] imaginary = new double[points];
    for (int channel = 0; channel < channels; channel++) {
      for (int at = 0; at < windows; at++) {
        for (int i = 0; i < points; i++) {
          int place = mirrored(at * hop + i - points / 2, frames);
          real[i] = samples[channel * frames + place] * window[i];
          imaginary[i] = 0;
        }
        fourier.transform(real, imaginary);
        for (int f = 0; f < frequencies; f++) {
          double energy = real[f] * real[f] + imaginary[f] * imaginary[f];
          result[(channel * frequencies + f) * windows + at] =
              (float) (power == 2 ? energy : StrictMath.pow(energy, power / 2));
        }
      }
    }
    return Tensor.of(result, channels, frequencies, windows);
  }

  /** Hann's, periodic, in the middle of the points. */
  private double[] window() {
    double[] window = new double[points];
    int before = (points - windowLength) / 2;
    for (int i = 0; i < windowLength; i++) {
      window[before + i] = 0.5 - 0.5 * StrictMath.cos(2 * Math.PI * i / windowLength);
    }
    return window;
  }

  private static int mirrored(int place, int frames) {
    int at = Math.abs(place);
    return at < frames ? at : 2 * frames - 2 - at;
  }
}
