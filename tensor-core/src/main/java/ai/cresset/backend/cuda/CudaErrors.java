package ai.cresset.backend.cuda;

import ai.cresset.error.DeviceException;
import java.util.Set;
import jcuda.CudaException;

/** What the driver's error codes mean for whoever reads them. */
final class CudaErrors {
  static final String OUT_OF_MEMORY = "CUDA_ERROR_OUT_OF_MEMORY";

  /** After these every call of the process on that device fails. */
  private static final Set<String> STICKY =
      Set.of(
          "CUDA_ERROR_ILLEGAL_ADDRESS",
          "CUDA_ERROR_LAUNCH_FAILED",
          "CUDA_ERROR_LAUNCH_TIMEOUT",
          "CUDA_ERROR_ILLEGAL_INSTRUCTION",
          "CUDA_ERROR_MISALIGNED_ADDRESS",
          "CUDA_ERROR_INVALID_ADDRESS_SPACE",
          "CUDA_ERROR_INVALID_PC",
          "CUDA_ERROR_HARDWARE_STACK_ERROR",
          "CUDA_ERROR_ASSERT",
          "CUDA_ERROR_ECC_UNCORRECTABLE",
          "CUDA_ERROR_NVLINK_UNCORRECTABLE",
          "CUDA_ERROR_CONTEXT_IS_DESTROYED",
          "CUDA_ERROR_UNKNOWN");

  private CudaErrors() {}

  static boolean isOutOfMemory(CudaException error) {
    return OUT_OF_MEMORY.equals(error.getMessage());
  }

  /**
   * A call that failed.
   *
   * @param what such as {@code starting softmax}
   * @param lastKernel the last kernel started on the device; empty before the first
   */
  static DeviceException failed(
      String what, Object device, String lastKernel, CudaException error) {
    String code = String.valueOf(error.getMessage());
    String text = what + " on " + device + " failed: " + code;
    if (!STICKY.contains(code)) {
      return DeviceException.because(text, error);
    }
    String last =
        lastKernel.isEmpty()
            ? ""
            : " The last kernel started was " + lastKernel + "; the guilty one may be earlier.";
    return DeviceException.because(
        text
            + ". A kernel broke the device's context, and nothing in this process can use "
            + device
            + " any more: restart it."
            + last
            + " Run with -Dcresset.cuda.blocking=true to see the error at the kernel that made it",
        error);
  }
}
