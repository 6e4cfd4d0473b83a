package ai.cresset.backend.cuda;

/**
 * What a CUDA device is.
 *
 * @param name such as {@code NVIDIA H100 80GB HBM3}
 * @param totalBytes memory of the device
 * @param major first number of the compute capability
 * @param minor second number of the compute capability
 * @param multiprocessors how many it has
 * @param sharedBytesPerBlock the most shared memory that a block may ask for
 * @param driverVersion the newest CUDA that the driver supports, such as {@code 12.6}
 * @param compilerVersion of NVRTC, such as {@code 12.6}; {@code absent} without it
 */
public record DeviceProperties(
    String name,
    long totalBytes,
    int major,
    int minor,
    int multiprocessors,
    int sharedBytesPerBlock,
    String driverVersion,
    String compilerVersion) {
  /** Such as {@code 9.0}. */
  public String capability() {
    return major + "." + minor;
  }

  @Override
  public String toString() {
    return name
        + " ("
        + (totalBytes >> 20)
        + " MiB, capability "
        + capability()
        + ", "
        + multiprocessors
        + " multiprocessors, driver for CUDA "
        + driverVersion
        + ", NVRTC "
        + compilerVersion
        + ")";
  }
}
