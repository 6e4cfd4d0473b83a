package ai.cresset.jobs.workload.audio;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;

/** Whole numbers of 16 bits as sound from -1 to 1, float32. */
record StoredSound() implements Transform {
  private static final double HIGHEST = 32768;

  @Override
  public Tensor apply(Tensor value, Draws draws) {
    return value.to(DType.FLOAT32).div(HIGHEST);
  }
}
