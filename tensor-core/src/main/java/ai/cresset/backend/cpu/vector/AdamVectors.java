package ai.cresset.backend.cpu.vector;

import jdk.incubator.vector.FloatVector;

/** Steps of Adam on whole vectors. Each returns how many elements it did. */
final class AdamVectors {
  private static final int LANES = VectorMath.SPECIES.length();

  private AdamVectors() {}

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(VectorMath.SPECIES, x, at);
  }

  static int decoupled(
      float[] parameter,
      float[] gradient,
      float[] first,
      float[] second,
      float[] numbers,
      int count) {
    FloatVector scale = VectorMath.number(numbers[0]);
    FloatVector decay = VectorMath.number(numbers[1]);
    FloatVector share1 = VectorMath.number(numbers[2]);
    FloatVector beta2 = VectorMath.number(numbers[3]);
    FloatVector share2 = VectorMath.number(numbers[4]);
    FloatVector correction = VectorMath.number(numbers[5]);
    FloatVector epsilon = VectorMath.number(numbers[6]);
    FloatVector step = VectorMath.number(numbers[7]);
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector g = load(gradient, i).mul(scale);
      FloatVector old = load(first, i);
      FloatVector m = g.sub(old).fma(share1, old);
      FloatVector v = g.mul(g).fma(share2, load(second, i).mul(beta2));
      FloatVector change = step.mul(m.div(v.sqrt().fma(correction, epsilon)));
      load(parameter, i).mul(decay).sub(change).intoArray(parameter, i);
      m.intoArray(first, i);
      v.intoArray(second, i);
    }
    return end;
  }

  static int coupled(
      float[] parameter,
      float[] gradient,
      float[] first,
      float[] second,
      float[] numbers,
      int count) {
    FloatVector scale = VectorMath.number(numbers[0]);
    FloatVector decay = VectorMath.number(numbers[1]);
    FloatVector share1 = VectorMath.number(numbers[2]);
    FloatVector beta2 = VectorMath.number(numbers[3]);
    FloatVector share2 = VectorMath.number(numbers[4]);
    FloatVector correction = VectorMath.number(numbers[5]);
    FloatVector epsilon = VectorMath.number(numbers[6]);
    FloatVector step = VectorMath.number(numbers[7]);
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      FloatVector p = load(parameter, i);
      FloatVector g = decay.fma(p, load(gradient, i).mul(scale));
      FloatVector old = load(first, i);
      FloatVector m = g.sub(old).fma(share1, old);
      FloatVector v = g.mul(g).fma(share2, load(second, i).mul(beta2));
      FloatVector change = step.mul(m.div(v.sqrt().fma(correction, epsilon)));
      p.sub(change).intoArray(parameter, i);
      m.intoArray(first, i);
      v.intoArray(second, i);
    }
    return end;
  }
}
