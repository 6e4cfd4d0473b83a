package ai.cresset.backend.cuda;

/** How exactly float32 is multiplied on one device. */
final class CudaPrecision {
  private volatile boolean tf32;

  /** Whether float32 factors may be rounded to 10 bits of fraction, which is many times faster. */
  boolean allowsTf32() {
    return tf32;
  }

  void allowTf32(boolean allowed) {
    tf32 = allowed;
  }
}
