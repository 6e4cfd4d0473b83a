package ai.cresset.cuda;

import ai.cresset.backend.Backends;
import ai.cresset.backend.cuda.CudaBackend;
import ai.cresset.backend.cuda.CudaProvider;
import ai.cresset.backend.cuda.DeviceMemoryStatistics;
import ai.cresset.backend.cuda.DeviceProperties;
import ai.cresset.error.DeviceException;
import ai.cresset.type.Device;
import java.util.Optional;

/**
 * The CUDA devices of this process ({@code torch.cuda}). A device's context is shared by all
 * threads, and kernels run in the order in which they were called. Indexes count the devices that
 * {@code CUDA_VISIBLE_DEVICES} leaves.
 */
public final class Cuda {
  private Cuda() {}

  /** Whether a CUDA device can be used here; never throws. */
  public static boolean isAvailable() {
    return CudaProvider.absence() == null;
  }

  /** Why no CUDA device can be used, with the remedy; empty if one can. */
  public static Optional<String> whyNot() {
    return Optional.ofNullable(CudaProvider.absence()).map(Throwable::getMessage);
  }

  /** How many devices can be used; 0 without driver. */
  public static int deviceCount() {
    return CudaProvider.absence() == null ? CudaProvider.deviceCount() : 0;
  }

  /**
   * The device of code that makes no choice of its own: the first that this process sees. A worker
   * in a Spark task has its own, {@code WorkerContext.device()}.
   *
   * @throws DeviceException if there is none, with the reason and the remedy
   */
  public static Device current() {
    DeviceException absence = CudaProvider.absence();
    if (absence != null) {
      throw absence;
    }
    return Device.cuda(0);
  }

  /** Name, memory, capability and versions. Opens the device. */
  public static DeviceProperties properties(Device device) {
    return backend("properties", device).properties();
  }

  /** Waits for every kernel of the device, and throws what they reported. */
  public static void synchronize(Device device) {
    backend("synchronize", device).synchronize();
  }

  /** What is in use of the device's memory by this process. */
  public static DeviceMemoryStatistics memoryStatistics(Device device) {
    return backend("memoryStatistics", device).memoryStatistics();
  }

  /** From now on the peaks of the statistics count from what is there now. */
  public static void resetPeak(Device device) {
    backend("resetPeak", device).resetPeak();
  }

  /** Gives unused memory back to the driver, for other processes. */
  public static void emptyCache(Device device) {
    backend("emptyCache", device).emptyCache();
  }

  /** Kernels started on the device so far. */
  public static long launches(Device device) {
    return backend("launches", device).launches();
  }

  /**
   * Whether float32 products may be rounded to TF32 on their way; off at first, unless the property
   * {@code cresset.cuda.tf32} is {@code true}.
   */
  public static boolean allowsTf32(Device device) {
    return backend("allowsTf32", device).allowsTf32();
  }

  /**
   * Lets float32 products be rounded to TF32 (10 bits of fraction) on their way, which tensor cores
   * do several times as fast ({@code torch.backends.cuda.matmul.allow_tf32}). Holds for all threads
   * that use the device; the factors of convolutions are rounded too.
   */
  public static void allowTf32(Device device, boolean allowed) {
    backend("allowTf32", device).allowTf32(allowed);
  }

  static CudaBackend backend(String what, Device device) {
    if (Backends.of(device) instanceof CudaBackend backend) {
      return backend;
    }
    throw DeviceException.because(
        what + ": expected a CUDA device, got " + device + "; name one such as Device.cuda(0)");
  }
}
