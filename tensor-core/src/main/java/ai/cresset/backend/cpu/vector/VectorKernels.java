package ai.cresset.backend.cpu.vector;

import ai.cresset.backend.cpu.PlainKernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Float32 kernels in the Vector API where the compiler does not find vectors by itself. */
public final class VectorKernels extends PlainKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  @Override
  public String description() {
    return "Vector API with " + SPECIES.length() + " lanes of float32";
  }
}
