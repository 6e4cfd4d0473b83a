package ai.cresset.backend.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ai.cresset.backend.cpu.TileTransform} on several channels at once. A square stays in
 * registers between its two dimensions. Each method returns how many channels it did.
 */
final class TileVectors {
  private static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;
  private static final int LANES = SPECIES.length();

  private TileVectors() {}

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(SPECIES, x, at);
  }

  /** The upper 8 planes: a loop over all 16 has more vectors than the compiler inlines. */
  static int inputTop(float[] from, int fromStep, float[] to, int toStep, int tiles, int channels) {
    int end = channels & -LANES;
    for (int tile = 0; tile < tiles; tile++) {
      for (int channel = 0; channel < end; channel += LANES) {
        int at = 2 * tile * channels + channel;
        FloatVector z = load(from, at + 2 * fromStep);
        FloatVector a0 = load(from, at).sub(z);
        FloatVector a1 = load(from, at + fromStep).add(z);
        at += channels;
        z = load(from, at + 2 * fromStep);
        FloatVector b0 = load(from, at).sub(z);
        FloatVector b1 = load(from, at + fromStep).add(z);
        at += channels;
        z = load(from, at + 2 * fromStep);
        FloatVector c0 = load(from, at).sub(z);
        FloatVector c1 = load(from, at + fromStep).add(z);
        at += channels;
        z = load(from, at + 2 * fromStep);
        FloatVector d0 = load(from, at).sub(z);
        FloatVector d1 = load(from, at + fromStep).add(z);
        int out = tile * channels + channel;
        inputLine(a0, b0, c0, d0, to, out, toStep);
        inputLine(a1, b1, c1, d1, to, out + 4 * toStep, toStep);
      }
    }
    return end;
  }

  /** The lower 8. */
  static int inputBottom(
      float[] from, int fromStep, float[] to, int toStep, int tiles, int channels) {
    int end = channels & -LANES;
    for (int tile = 0; tile < tiles; tile++) {
      for (int channel = 0; channel < end; channel += LANES) {
        int at = 2 * tile * channels + channel + fromStep;
        FloatVector y = load(from, at);
        FloatVector a2 = load(from, at + fromStep).sub(y);
        FloatVector a3 = y.sub(load(from, at + 2 * fromStep));
        at += channels;
        y = load(from, at);
        FloatVector b2 = load(from, at + fromStep).sub(y);
        FloatVector b3 = y.sub(load(from, at + 2 * fromStep));
        at += channels;
        y = load(from, at);
        FloatVector c2 = load(from, at + fromStep).sub(y);
        FloatVector c3 = y.sub(load(from, at + 2 * fromStep));
        at += channels;
        y = load(from, at);
        FloatVector d2 = load(from, at + fromStep).sub(y);
        FloatVector d3 = y.sub(load(from, at + 2 * fromStep));
        int out = tile * channels + channel + 8 * toStep;
        inputLine(a2, b2, c2, d2, to, out, toStep);
        inputLine(a3, b3, c3, d3, to, out + 4 * toStep, toStep);
      }
    }
    return end;
  }

  private static void inputLine(
      FloatVector a, FloatVector b, FloatVector c, FloatVector d, float[] to, int at, int step) {
    a.sub(c).intoArray(to, at);
    b.add(c).intoArray(to, at + step);
    c.sub(b).intoArray(to, at + 2 * step);
    b.sub(d).intoArray(to, at + 3 * step);
  }

  static int output(float[] from, int fromStep, float[] to, int toStep, int tiles, int channels) {
    int end = channels & -LANES;
    for (int tile = 0; tile < tiles; tile++) {
      for (int channel = 0; channel < end; channel += LANES) {
        int at = tile * channels + channel;
        FloatVector x = load(from, at + 4 * fromStep);
        FloatVector y = load(from, at + 8 * fromStep);
        FloatVector a0 = load(from, at).add(x).add(y);
        FloatVector a1 = x.sub(y).sub(load(from, at + 12 * fromStep));
        at += fromStep;
        x = load(from, at + 4 * fromStep);
        y = load(from, at + 8 * fromStep);
        FloatVector b0 = load(from, at).add(x).add(y);
        FloatVector b1 = x.sub(y).sub(load(from, at + 12 * fromStep));
        at += fromStep;
        x = load(from, at + 4 * fromStep);
        y = load(from, at + 8 * fromStep);
        FloatVector c0 = load(from, at).add(x).add(y);
        FloatVector c1 = x.sub(y).sub(load(from, at + 12 * fromStep));
        at += fromStep;
        x = load(from, at + 4 * fromStep);
        y = load(from, at + 8 * fromStep);
        FloatVector d0 = load(from, at).add(x).add(y);
        FloatVector d1 = x.sub(y).sub(load(from, at + 12 * fromStep));
        int out = 2 * tile * channels + channel;
        a0.add(b0).add(c0).intoArray(to, out);
        b0.sub(c0).sub(d0).intoArray(to, out + channels);
        a1.add(b1).add(c1).intoArray(to, out + toStep);
        b1.sub(c1).sub(d1).intoArray(to, out + toStep + channels);
      }
    }
    return end;
  }

  static int outputGradient(
      float[] from, int fromStep, float[] to, int toStep, int tiles, int channels) {
    int end = channels & -LANES;
    for (int tile = 0; tile < tiles; tile++) {
      for (int channel = 0; channel < end; channel += LANES) {
        int at = 2 * tile * channels + channel;
        FloatVector a0 = load(from, at);
        FloatVector b0 = load(from, at + channels);
        FloatVector a3 = load(from, at + fromStep);
        FloatVector b3 = load(from, at + fromStep + channels);
        int out = tile * channels + channel;
        line(a0, b0, to, out, toStep);
        line(a0.add(a3), b0.add(b3), to, out + 4 * toStep, toStep);
        line(a0.sub(a3), b0.sub(b3), to, out + 8 * toStep, toStep);
        line(VectorMath.negate(a3), VectorMath.negate(b3), to, out + 12 * toStep, toStep);
      }
    }
    return end;
  }

  private static void line(FloatVector a, FloatVector b, float[] to, int at, int step) {
    a.intoArray(to, at);
    a.add(b).intoArray(to, at + step);
    a.sub(b).intoArray(to, at + 2 * step);
    VectorMath.negate(b).intoArray(to, at + 3 * step);
  }

  /** The planes of the first and the last row. */
  static int weightOuter(
      float[] from, int fromStep, float[] to, int toStep, int tiles, int channels) {
    int end = channels & -LANES;
    for (int tile = 0; tile < tiles; tile++) {
      for (int channel = 0; channel < end; channel += LANES) {
        int at = tile * channels + channel;
        for (int row = 0; row < 2; row++) {
          int tap = at + 6 * row * fromStep;
          FloatVector a = load(from, tap);
          FloatVector b = load(from, tap + fromStep);
          FloatVector c = load(from, tap + 2 * fromStep);
          taps(a, b, c, to, at + 12 * row * toStep, toStep);
        }
      }
    }
    return end;
  }

  /** Those between. */
  static int weightInner(
      float[] from, int fromStep, float[] to, int toStep, int tiles, int channels) {
    int end = channels & -LANES;
    for (int tile = 0; tile < tiles; tile++) {
      for (int channel = 0; channel < end; channel += LANES) {
        int at = tile * channels + channel;
        int tap = at + 6 * fromStep;
        FloatVector outer = load(from, at).add(load(from, tap)).mul(0.5f);
        FloatVector inner = load(from, at + 3 * fromStep).mul(0.5f);
        FloatVector a1 = outer.add(inner);
        FloatVector a2 = outer.sub(inner);
        outer = load(from, at + fromStep).add(load(from, tap + fromStep)).mul(0.5f);
        inner = load(from, at + 4 * fromStep).mul(0.5f);
        FloatVector b1 = outer.add(inner);
        FloatVector b2 = outer.sub(inner);
        outer = load(from, at + 2 * fromStep).add(load(from, tap + 2 * fromStep)).mul(0.5f);
        inner = load(from, at + 5 * fromStep).mul(0.5f);
        FloatVector c1 = outer.add(inner);
        FloatVector c2 = outer.sub(inner);
        taps(a1, b1, c1, to, at + 4 * toStep, toStep);
        taps(a2, b2, c2, to, at + 8 * toStep, toStep);
      }
    }
    return end;
  }

  private static void taps(
      FloatVector a, FloatVector b, FloatVector c, float[] to, int at, int step) {
    FloatVector outer = a.add(c).mul(0.5f);
    FloatVector inner = b.mul(0.5f);
    a.intoArray(to, at);
    outer.add(inner).intoArray(to, at + step);
    outer.sub(inner).intoArray(to, at + 2 * step);
    c.intoArray(to, at + 3 * step);
  }

  static int weightGradient(
      float[] from, int fromStep, float[] to, int toStep, int tiles, int channels) {
    int end = channels & -LANES;
    for (int tile = 0; tile < tiles; tile++) {
      for (int channel = 0; channel < end; channel += LANES) {
        int at = tile * channels + channel;
        FloatVector x = load(from, at + 4 * fromStep);
        FloatVector y = load(from, at + 8 * fromStep);
        FloatVector sum = x.add(y).mul(0.5f);
        FloatVector a0 = load(from, at).add(sum);
        FloatVector a1 = x.sub(y).mul(0.5f);
        FloatVector a2 = sum.add(load(from, at + 12 * fromStep));
        at += fromStep;
        x = load(from, at + 4 * fromStep);
        y = load(from, at + 8 * fromStep);
        sum = x.add(y).mul(0.5f);
        FloatVector b0 = load(from, at).add(sum);
        FloatVector b1 = x.sub(y).mul(0.5f);
        FloatVector b2 = sum.add(load(from, at + 12 * fromStep));
        at += fromStep;
        x = load(from, at + 4 * fromStep);
        y = load(from, at + 8 * fromStep);
        sum = x.add(y).mul(0.5f);
        FloatVector c0 = load(from, at).add(sum);
        FloatVector c1 = x.sub(y).mul(0.5f);
        FloatVector c2 = sum.add(load(from, at + 12 * fromStep));
        at += fromStep;
        x = load(from, at + 4 * fromStep);
        y = load(from, at + 8 * fromStep);
        sum = x.add(y).mul(0.5f);
        FloatVector d0 = load(from, at).add(sum);
        FloatVector d1 = x.sub(y).mul(0.5f);
        FloatVector d2 = sum.add(load(from, at + 12 * fromStep));
        int out = tile * channels + channel;
        fold(a0, b0, c0, d0, to, out, toStep);
        fold(a1, b1, c1, d1, to, out + 3 * toStep, toStep);
        fold(a2, b2, c2, d2, to, out + 6 * toStep, toStep);
      }
    }
    return end;
  }

  private static void fold(
      FloatVector a, FloatVector b, FloatVector c, FloatVector d, float[] to, int at, int step) {
    FloatVector sum = b.add(c).mul(0.5f);
    a.add(sum).intoArray(to, at);
    b.sub(c).mul(0.5f).intoArray(to, at + step);
    sum.add(d).intoArray(to, at + 2 * step);
  }
}
