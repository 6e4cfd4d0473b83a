package ai.cresset.backend.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops over parts of several arrays. The compiler finds no vectors in such loops, because the
 * parts could overlap. Each returns how many elements it did.
 */
final class RowVectors {
  private static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;
  private static final int LANES = SPECIES.length();

  private RowVectors() {}

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(SPECIES, x, at);
  }

  static int accumulate(float[] x, int at, float[] sum, int sumAt, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(sum, sumAt + i).add(load(x, at + i)).intoArray(sum, sumAt + i);
    }
    return end;
  }

  static int accumulateProducts(
      float[] a, int aAt, float[] b, int bAt, float[] sum, int sumAt, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(a, aAt + i).fma(load(b, bAt + i), load(sum, sumAt + i)).intoArray(sum, sumAt + i);
    }
    return end;
  }

  static int addScaled(float[] x, int at, float scale, float[] sum, int sumAt, int count) {
    FloatVector scales = FloatVector.broadcast(SPECIES, scale);
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(x, at + i).fma(scales, load(sum, sumAt + i)).intoArray(sum, sumAt + i);
    }
    return end;
  }

  static int shiftMultiply(
      float[] x, int at, int count, float shift, float[] factor, int factorAt) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(x, at + i).sub(shift).mul(load(factor, factorAt + i)).intoArray(x, at + i);
    }
    return end;
  }

  static int scaleShift(float[] x, int at, int count, float scale, float shift) {
    FloatVector scales = FloatVector.broadcast(SPECIES, scale);
    FloatVector shifts = FloatVector.broadcast(SPECIES, shift);
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(x, at + i).fma(scales, shifts).intoArray(x, at + i);
    }
    return end;
  }

  static int normalize(float[] x, int at, int count, float mean, float inverse) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      load(x, at + i).sub(mean).mul(inverse).intoArray(x, at + i);
    }
    return end;
  }

  static int normalizeGradient(
      float[] g, float[] normal, int count, float shift, float slope, float inverse) {
    FloatVector slopes = FloatVector.broadcast(SPECIES, slope);
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector y = VectorMath.negate(load(normal, i)).fma(slopes, load(g, i).sub(shift));
      y.mul(inverse).intoArray(g, i);
    }
    return end;
  }

  static int moments(float[] x, float[] shift, float[] sum, float[] squares, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector difference = load(x, i).sub(load(shift, i));
      load(sum, i).add(difference).intoArray(sum, i);
      difference.fma(difference, load(squares, i)).intoArray(squares, i);
    }
    return end;
  }

  static int along(float[] g, float[] x, float[] mean, float[] sum, float[] products, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector gradient = load(g, i);
      load(sum, i).add(gradient).intoArray(sum, i);
      gradient.fma(load(x, i).sub(load(mean, i)), load(products, i)).intoArray(products, i);
    }
    return end;
  }

  static int keepLarger(float[] x, float number, float[] largest, float[] numbers, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector v = load(x, i);
      FloatVector best = load(largest, i);
      VectorMask<Float> wins =
          v.compare(VectorOperators.GT, best).or(v.compare(VectorOperators.NE, v));
      best.blend(v, wins).intoArray(largest, i);
      load(numbers, i).blend(number, wins).intoArray(numbers, i);
    }
    return end;
  }
}
