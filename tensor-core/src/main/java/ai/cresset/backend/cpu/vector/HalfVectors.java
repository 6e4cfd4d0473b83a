package ai.cresset.backend.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Conversions of bfloat16, as in {@link ai.cresset.type.HalfPrecision}. */
final class HalfVectors {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(INTS.vectorBitSize() / 2));
  private static final int LANES = INTS.length();

  private HalfVectors() {}

  static int fromBFloat16(short[] x, int xAt, float[] out, int at, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      IntVector bits =
          (IntVector)
              ShortVector.fromArray(SHORTS, x, xAt + i).convertShape(VectorOperators.S2I, INTS, 0);
      bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(out, at + i);
    }
    return end;
  }

  static int toBFloat16(float[] x, int at, short[] out, int outAt, int count) {
    int end = count & -LANES;
    for (int i = 0; i < end; i += LANES) {
      IntVector bits = FloatVector.fromArray(VectorMath.SPECIES, x, at + i).reinterpretAsInts();
      IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
      IntVector rounded = bits.add(0x7fff).add(odd);
      VectorMask<Integer> nan = bits.and(0x7fff_ffff).compare(VectorOperators.GT, 0x7f80_0000);
      IntVector narrow = rounded.blend(bits.or(0x40_0000), nan);
      ShortVector halves =
          (ShortVector)
              narrow
                  .lanewise(VectorOperators.ASHR, 16)
                  .convertShape(VectorOperators.I2S, SHORTS, 0);
      halves.intoArray(out, outAt + i);
    }
    return end;
  }
}
