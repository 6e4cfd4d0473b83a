package ai.cresset.backend.cuda;

import ai.cresset.error.DeviceException;
import jcuda.CudaException;
import jcuda.driver.JCudaDriver;

/** The driver of this process: started once, asked for devices. */
final class CudaDriver {
  /** CUDA 12.0: what the runtime libraries of version 12 need. */
  private static final int OLDEST = 12_000;

  private static boolean started;

  private CudaDriver() {}

  /**
   * Starts the driver.
   *
   * @throws DeviceException if it is absent, too old, or sees no device
   */
  static synchronized void start() {
    if (started) {
      return;
    }
    CudaLibrary.DRIVER.load();
    JCudaDriver.setExceptionsEnabled(true);
    int version = version();
    if (version < OLDEST) {
      throw DeviceException.absent(
          "cuda",
          "the NVIDIA driver supports CUDA " + text(version) + ", 12.0 is needed",
          "install driver 525 or newer, or use Device.CPU");
    }
    try {
      JCudaDriver.cuInit(0);
    } catch (CudaException e) {
      throw refused(e);
    }
    started = true;
  }

  static DeviceException refused(CudaException error) {
    String code = String.valueOf(error.getMessage());
    return switch (code) {
      case "CUDA_ERROR_NO_DEVICE" ->
          DeviceException.absent(
              "cuda",
              "the NVIDIA driver is here, but no GPU is visible" + visible(),
              "check nvidia-smi and CUDA_VISIBLE_DEVICES, or use Device.CPU");
      case "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE" ->
          DeviceException.absent(
              "cuda",
              "libcuda.so.1 and the kernel's NVIDIA driver are of different versions ("
                  + code
                  + ")",
              "restart the machine after a driver update, or remove a CUDA compatibility folder"
                  + " from LD_LIBRARY_PATH");
      case "CUDA_ERROR_STUB_LIBRARY" ->
          DeviceException.absent(
              "cuda",
              "libcuda.so.1 is the toolkit's stub, which can only be linked with",
              "remove the folder named stubs from LD_LIBRARY_PATH");
      default ->
          DeviceException.absent(
              "cuda",
              "the NVIDIA driver did not start (" + code + ")",
              "check that nvidia-smi works for this user, in this container");
    };
  }

  private static String visible() {
    String chosen = System.getenv("CUDA_VISIBLE_DEVICES");
    return chosen == null ? "" : " (CUDA_VISIBLE_DEVICES is '" + chosen + "')";
  }

  /** Devices that this process sees, at least one. */
  static int deviceCount() {
    start();
    int[] count = {0};
    JCudaDriver.cuDeviceGetCount(count);
    if (count[0] == 0) {
      throw refused(new CudaException("CUDA_ERROR_NO_DEVICE"));
    }
    return count[0];
  }

  /** The newest CUDA version that the driver supports, such as 12060. */
  static int version() {
    CudaLibrary.DRIVER.load();
    int[] version = {0};
    JCudaDriver.cuDriverGetVersion(version);
    return version[0];
  }

  /** Such as {@code 12.6} for 12060. */
  static String text(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
