package ai.cresset.backend.cuda;

import ai.cresset.error.DeviceException;
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

  private final String type;
  private final String file;
  private final String title;
  private final String remedy;
  private boolean loaded;
  private @Nullable DeviceException absence;

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
  synchronized void load() {
    if (loaded) {
      return;
    }
    if (absence != null) {
      throw absence;
    }
    try {
      NativeExtraction.initialise(type);
      loaded = true;
    } catch (LinkageError | ClassNotFoundException e) {
      absence =
          DeviceException.absent(
              "cuda", title + " cannot be loaded (" + reason(file, e) + ")", remedy);
      throw absence;
    }
  }

  /** Why it cannot be used; null if it can. */
  @Nullable DeviceException absence() {
    try {
      load();
      return null;
    } catch (DeviceException e) {
      return e;
    }
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
