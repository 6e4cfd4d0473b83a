package ai.cresset.data.audio;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;
import java.math.BigInteger;

/**
 * Sound at another rate ({@code torchaudio.transforms.Resample} with its defaults): float32 {@code
 * [channels, frames]} to {@code [channels, ceil(frames * to / from)]}, by windowed sincs (Smith,
 * "Digital audio resampling", 2002), which leave out what the lower rate cannot hold.
 *
 * @param from frames a second
 * @param to frames a second
 */
public record Resample(int from, int to) implements Transform {
  /** Zero crossings of the sinc on either side. */
  private static final int CROSSINGS = 6;

  /** What is kept of the frequencies that the lower rate could hold. */
  private static final double ROLL_OFF = 0.99;

  public Resample {
    if (from < 1 || to < 1) {
      throw ConfigException.value("Resample", from + " to " + to, "rates of at least 1");
    }
  }

  @Override
  public Tensor apply(Tensor sound, Draws draws) {
    int channels = (int) sound.size(0);
    int frames = (int) sound.size(1);
    float[] resampled = apply(sound.toFloatArray(), channels, frames);
    return Tensor.of(resampled, channels, resampled.length / channels);
  }

  /** The same of an array {@code [channels, frames]}, which may be the result. */
  public float[] apply(float[] samples, int channels, int frames) {
    if (from == to) {
      return samples;
    }
    int common = BigInteger.valueOf(from).gcd(BigInteger.valueOf(to)).intValueExact();
    int in = from / common;
    int out = to / common;
    double cut = Math.min(in, out) * ROLL_OFF;
    int width = (int) Math.ceil(CROSSINGS * in / cut);
    double[][] kernels = kernels(in, out, cut, width);
    int length = Math.toIntExact(((long) frames * out + in - 1) / in);
    float[] result = new float[channels * length];
    for (int channel = 0; channel < channels; channel++) {
      for (int at = 0; at < length; at++) {
        double[] kernel = kernels[at % out];
        int first = at / out * in - width;
        double sum = 0;
        int end = Math.min(kernel.length, frames - first);
        for (int i = Math.max(0, -first); i < end; i++) {
          sum += kernel[i] * samples[channel * frames + first + i];
        }
        result[channel * length + at] = (float) sum;
      }
    }
    return result;
  }

  /** What each of {@code out} neighbouring frames takes of those around its place. */
  private static double[][] kernels(int in, int out, double cut, int width) {
    double[][] kernels = new double[out][2 * width + in];
    for (int phase = 0; phase < out; phase++) {
      for (int i = 0; i < kernels[phase].length; i++) {
        double time = ((double) (i - width) / in - (double) phase / out) * cut;
        double inside = Math.max(-CROSSINGS, Math.min(CROSSINGS, time));
        double window = StrictMath.cos(inside * Math.PI / CROSSINGS / 2);
        double angle = inside * Math.PI;
        double sinc = angle == 0 ? 1 : StrictMath.sin(angle) / angle;
        kernels[phase][i] = sinc * window * window * cut / in;
      }
    }
    return kernels;
  }
}
