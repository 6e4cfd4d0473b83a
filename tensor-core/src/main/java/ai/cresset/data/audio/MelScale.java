package ai.cresset.data.audio;

import ai.cresset.error.ConfigException;

/**
 * Bands of frequencies that sound equally wide ({@code torchaudio.functional.melscale_fbanks}).
 *
 * @param bands how many
 * @param sampleRate frames a second
 * @param lowest frequency, in hertz
 * @param highest frequency, in hertz; 0 for half of the sample rate
 * @param slaney whether the scale is Slaney's and bands have one area, as librosa has it; otherwise
 *     HTK's formula, and bands of one height
 */
public record MelScale(int bands, int sampleRate, double lowest, double highest, boolean slaney) {
  private static final double LINEAR = 200 / 3.0;
  private static final double FIRST_LOGARITHMIC = 1000;
  private static final double STEP = StrictMath.log(6.4) / 27;

  public MelScale {
    if (bands < 1) {
      throw ConfigException.value("MelScale bands", bands, "at least 1");
    }
    if (sampleRate < 1) {
      throw ConfigException.value("MelScale sampleRate", sampleRate, "at least 1");
    }
    highest = highest == 0 ? Math.floorDiv(sampleRate, 2) : highest;
    if (!(lowest >= 0 && lowest < highest)) {
      throw ConfigException.value("MelScale lowest", lowest, "0 to below " + highest);
    }
  }

  /** HTK's scale from 0 to half of the sample rate. */
  public MelScale(int bands, int sampleRate) {
    this(bands, sampleRate, 0, 0, false);
  }

  private double mel(double hertz) {
    if (!slaney) {
      return 2595 * StrictMath.log10(1 + hertz / 700);
    }
    return hertz < FIRST_LOGARITHMIC
        ? hertz / LINEAR
        : FIRST_LOGARITHMIC / LINEAR + StrictMath.log(hertz / FIRST_LOGARITHMIC) / STEP;
  }

  private double hertz(double mel) {
    if (!slaney) {
      return 700 * (StrictMath.pow(10, mel / 2595) - 1);
    }
    double first = FIRST_LOGARITHMIC / LINEAR;
    return mel < first ? mel * LINEAR : FIRST_LOGARITHMIC * StrictMath.exp(STEP * (mel - first));
  }

  /** How much each frequency counts in each band, {@code [bands, frequencies]}. */
  double[][] weights(int frequencies) {
    double[] edges = new double[bands + 2];
    double low = mel(lowest);
    double high = mel(highest);
    for (int i = 0; i < edges.length; i++) {
      edges[i] = hertz(low + (high - low) * i / (bands + 1));
    }
    double[][] weights = new double[bands][frequencies];
    for (int band = 0; band < bands; band++) {
      double area = slaney ? 2 / (edges[band + 2] - edges[band]) : 1;
      for (int f = 0; f < frequencies; f++) {
        double hertz = (double) Math.floorDiv(sampleRate, 2) * f / (frequencies - 1);
        double rising = (hertz - edges[band]) / (edges[band + 1] - edges[band]);
        double falling = (edges[band + 2] - hertz) / (edges[band + 2] - edges[band + 1]);
        weights[band][f] = area * Math.max(0, Math.min(rising, falling));
      }
    }
    return weights;
  }
}
