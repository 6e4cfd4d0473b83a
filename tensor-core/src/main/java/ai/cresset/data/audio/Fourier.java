package ai.cresset.data.audio;

/**
 * The discrete Fourier transform of any length, in double precision: Cooley and Tukey's for powers
 * of two, Bluestein's by way of the next one for others. Confined to one thread.
 */
final class Fourier {
  private final int length;
  private final int power;
  private final double[] cosines;
  private final double[] sines;
  private final double[] chirpReal;
  private final double[] chirpImaginary;
  private final double[] filterReal;
  private final double[] filterImaginary;

  Fourier(int length) {
    this.length = length;
    boolean plain = Integer.bitCount(length) == 1;
    power = plain ? length : Integer.highestOneBit(2 * length - 1) << 1;
    cosines = new double[Math.max(1, power / 2)];
    sines = new double[cosines.length];
    for (int i = 0; i < cosines.length; i++) {
      cosines[i] = StrictMath.cos(-2 * Math.PI * i / power);
      sines[i] = StrictMath.sin(-2 * Math.PI * i / power);
    }
    chirpReal = new double[plain ? 0 : length];
    chirpImaginary = new double[chirpReal.length];
    filterReal = new double[plain ? 0 : power];
    filterImaginary = new double[filterReal.length];
    for (int i = 0; i < chirpReal.length; i++) {
      double angle = Math.PI * ((long) i * i % (2L * length)) / length;
      chirpReal[i] = StrictMath.cos(angle);
      chirpImaginary[i] = -StrictMath.sin(angle);
      filterReal[i] = chirpReal[i];
      filterImaginary[i] = -chirpImaginary[i];
      if (i > 0) {
        filterReal[power - i] = filterReal[i];
        filterImaginary[power - i] = filterImaginary[i];
      }
    }
    if (!plain) {
      radix2(filterReal, filterImaginary);
    }
  }

  /** Transforms {@code length} numbers in place. */
  void transform(double[] real, double[] imaginary) {
    if (power == length) {
      radix2(real, imaginary);
      return;
    }
    double[] a = new double[power];
    double[] b = new double[power];
    for (int i = 0; i < length; i++) {
      a[i] = real[i] * chirpReal[i] - imaginary[i] * chirpImaginary[i];
      b[i] = real[i] * chirpImaginary[i] + imaginary[i] * chirpReal[i];
    }
    radix2(a, b);
    for (int i = 0; i < power; i++) {
      double product = a[i] * filterReal[i] - b[i] * filterImaginary[i];
      // Conjugated, so that the same transform goes back.
      b[i] = -(a[i] * filterImaginary[i] + b[i] * filterReal[i]);
      a[i] = product;
    }
    radix2(a, b);
    for (int i = 0; i < length; i++) {
      double x = a[i] / power;
      double y = -b[i] / power;
      real[i] = x * chirpReal[i] - y * chirpImaginary[i];
      imaginary[i] = x * chirpImaginary[i] + y * chirpReal[i];
    }
  }

  private void radix2(double[] real, double[] imaginary) {
    for (int i = 1, j = 0; i < power; i++) {
      int bit = power >> 1;
      for (; (j & bit) != 0; bit >>= 1) {
        j ^= bit;
      }
      j ^= bit;
      if (i < j) {
        swap(real, i, j);
        swap(imaginary, i, j);
      }
    }
    for (int size = 2; size <= power; size *= 2) {
      int step = power / size;
      for (int start = 0; start < power; start += size) {
        for (int k = 0; k < size / 2; k++) {
          int even = start + k;
          int odd = even + size / 2;
          double c = cosines[k * step];
          double s = sines[k * step];
          double x = real[odd] * c - imaginary[odd] * s;
          double y = real[odd] * s + imaginary[odd] * c;
          real[odd] = real[even] - x;
          imaginary[odd] = imaginary[even] - y;
          real[even] += x;
          imaginary[even] += y;
        }
      }
    }
  }

  private static void swap(double[] values, int i, int j) {
    double value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
}
