package ai.cresset.backend.cuda;

/** How exactly float32 is multiplied on one device. */
final class CudaPrecision {
  static final String TF32 = "cresset.cuda.tf32";

  private volatile boolean tf32 = Boolean.getBoolean(TF32);

  /** Whether float32 factors may be rounded to 10 bits of fraction, which is many times faster. */
  boolean allowsTf32() {
    return tf32;
  }

  void allowTf32(boolean allowed) {
    tf32 = allowed;
  }
}
