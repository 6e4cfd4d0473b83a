package ai.cresset.backend.cpu.vector;

import ai.cresset.backend.cpu.FloatMath;
import ai.cresset.backend.cpu.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Reductions in the 16 lanes of {@link Lanes}, held in as many vectors as that takes: two of eight
 * lanes are kept in registers; other widths go over the block once for each vector.
 */
final class ReductionVectors {
  private static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;
  private static final int LANES = SPECIES.length();

  private ReductionVectors() {}

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(SPECIES, x, at);
  }

  static float sum(float[] x, int at, int count) {
    float[] lanes = new float[Lanes.COUNT];
    int end = at + count / Lanes.COUNT * Lanes.COUNT;
    if (LANES * 2 == Lanes.COUNT) {
      FloatVector low = FloatVector.zero(SPECIES);
      FloatVector high = low;
      for (int i = at; i < end; i += Lanes.COUNT) {
        low = low.add(load(x, i));
        high = high.add(load(x, i + LANES));
      }
      low.intoArray(lanes, 0);
      high.intoArray(lanes, LANES);
    } else {
      for (int part = 0; part < Lanes.COUNT; part += LANES) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = at + part; i < end; i += Lanes.COUNT) {
          sum = sum.add(load(x, i));
        }
        sum.intoArray(lanes, part);
      }
    }
    for (int lane = 0; end + lane < at + count; lane++) {
      lanes[lane] += x[end + lane];
    }
    return Lanes.sum(lanes);
  }

  static float sumSquares(float[] x, int at, int count, float shift) {
    float[] lanes = new float[Lanes.COUNT];
    int end = at + count / Lanes.COUNT * Lanes.COUNT;
    for (int part = 0; part < Lanes.COUNT; part += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = at + part; i < end; i += Lanes.COUNT) {
        FloatVector difference = load(x, i).sub(shift);
        sum = difference.fma(difference, sum);
      }
      sum.intoArray(lanes, part);
    }
    for (int lane = 0; end + lane < at + count; lane++) {
      float difference = x[end + lane] - shift;
      lanes[lane] = Math.fma(difference, difference, lanes[lane]);
    }
    return Lanes.sum(lanes);
  }

  static float dot(float[] a, int aAt, float[] b, int bAt, int count) {
    float[] lanes = new float[Lanes.COUNT];
    int end = count / Lanes.COUNT * Lanes.COUNT;
    for (int part = 0; part < Lanes.COUNT; part += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = part; i < end; i += Lanes.COUNT) {
        sum = load(a, aAt + i).fma(load(b, bAt + i), sum);
      }
      sum.intoArray(lanes, part);
    }
    for (int lane = 0; end + lane < count; lane++) {
      lanes[lane] = Math.fma(a[aAt + end + lane], b[bAt + end + lane], lanes[lane]);
    }
    return Lanes.sum(lanes);
  }

  static float max(float[] x, int at, int count) {
    FloatVector largest = load(x, at);
    VectorMask<Float> numbers = largest.compare(VectorOperators.EQ, largest);
    int end = at + count / LANES * LANES;
    for (int i = at + LANES; i < end; i += LANES) {
      FloatVector v = load(x, i);
      numbers = numbers.and(v.compare(VectorOperators.EQ, v));
      largest = largest.blend(v, v.compare(VectorOperators.GT, largest));
    }
    if (!numbers.allTrue()) {
      return Float.NaN;
    }
    float[] lanes = new float[LANES];
    largest.intoArray(lanes, 0);
    float result = Float.NEGATIVE_INFINITY;
    for (float lane : lanes) {
      result = Math.max(result, lane);
    }
    for (int i = end; i < at + count; i++) {
      result = Math.max(result, x[i]);
    }
    // Comparisons take both zeros for equal; a zero of either sign counts as the positive one.
    return result + 0f;
  }

  static float exponentials(float[] x, int at, int count, float scale, float shift) {
    float[] lanes = new float[Lanes.COUNT];
    FloatVector scales = FloatVector.broadcast(SPECIES, scale);
    FloatVector shifts = FloatVector.broadcast(SPECIES, -shift);
    int end = at + count / Lanes.COUNT * Lanes.COUNT;
    for (int part = 0; part < Lanes.COUNT; part += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = at + part; i < end; i += Lanes.COUNT) {
        FloatVector y = VectorMath.exp(load(x, i).fma(scales, shifts));
        y.intoArray(x, i);
        sum = sum.add(y);
      }
      sum.intoArray(lanes, part);
    }
    for (int lane = 0; end + lane < at + count; lane++) {
      float y = FloatMath.exp(Math.fma(x[end + lane], scale, -shift));
      x[end + lane] = y;
      lanes[lane] += y;
    }
    return Lanes.sum(lanes);
  }
}
