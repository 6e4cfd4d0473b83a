package ai.cresset.backend.cuda;

import ai.cresset.error.DeviceException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A library of NVIDIA's with JCuda's half of it. Each is loaded on its own when it is first needed:
 * a machine may have the driver and lack the rest.
 */
enum CudaLibrary {
  /** Devices, memory, launches. */
  DRIVER(
      "jcuda.driver.JCudaDriver",
      "libcuda.so.1",
      "the NVIDIA driver",
      "install the NVIDIA driver 525 or newer (in a container, start it with GPU access), or use"
          + " Device.CPU"),
  /** Compiles kernels. */
  COMPILER(
      "jcuda.nvrtc.JNvrtc",
      "libnvrtc.so.12",
      "CUDA's run-time compiler",
      "install the CUDA 12 runtime libraries (NVRTC) and put their folder on LD_LIBRARY_PATH, or"
          + " use Device.CPU"),
  /** Matrix products. */
  BLAS(
      "jcuda.jcublas.JCublas2",
      "libcublas.so.12",
      "cuBLAS",
      "install the CUDA 12 runtime libraries (cuBLAS) and put their folder on LD_LIBRARY_PATH");

  /** What came of loading each, once: nothing, or why it is absent. */
  private static final Map<CudaLibrary, Optional<DeviceException>> OUTCOMES =
      new ConcurrentHashMap<>();

  private final String type;
  private final String file;
  private final String title;
  private final String remedy;

  CudaLibrary(String type, String file, String title, String remedy) {
    this.type = type;
    this.file = file;
    this.title = title;
    this.remedy = remedy;
  }

  /**
   * Makes its classes usable.
   *
   * @throws DeviceException if it is not here, with the remedy; the same one at every call
   */
  void load() {
    Optional<DeviceException> absence = absent();
    if (absence.isPresent()) {
      throw absence.get();
    }
  }

  private Optional<DeviceException> absent() {
    return OUTCOMES.computeIfAbsent(this, CudaLibrary::attempt);
  }

  private Optional<DeviceException> attempt() {
    try {
      NativeExtraction.initialise(type);
      return Optional.empty();
    } catch (LinkageError | ClassNotFoundException e) {
      return Optional.of(
          DeviceException.absent(
              "cuda", title + " cannot be loaded (" + reason(file, e) + ")", remedy));
    }
  }

  /** Why it cannot be used; null if it can. */
  @Nullable DeviceException absence() {
    return absent().orElse(null);
  }

  /** One line of the pages that JCuda says. */
  static String reason(String file, Throwable error) {
    String message = String.valueOf(error.getMessage());
    if (message.contains(file + ": cannot open shared object file")) {
      return file + " was not found";
    }
    if (message.contains("version `" + file)) {
      return file + " is another version than the name says";
    }
    String last = message.lines().findFirst().orElse("no reason was given");
    for (String line : message.lines().toList()) {
      if (line.contains("UnsatisfiedLinkError: ") && !line.contains("java.library.path")) {
        last = line.substring(line.indexOf("UnsatisfiedLinkError: ") + 22);
      }
    }
    return last.strip();
  }
}
