package ai.cresset.backend.cuda;

import ai.cresset.error.DeviceException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jcuda.CudaException;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;

/**
 * NVRTC for one architecture. One that it does not know yet gets PTX of the newest that it knows,
 * which the driver translates.
 */
final class KernelCompiler {
  private final String version;
  private final String target;
  private final boolean isAssembly;

  /** The compiler for a compute capability. */
  KernelCompiler(int major, int minor) {
    CudaLibrary.COMPILER.load();
    JNvrtc.setExceptionsEnabled(true);
    version = version();
    int wanted = major * 10 + minor;
    int[] known = known();
    isAssembly = Arrays.stream(known).noneMatch(each -> each == wanted);
    int best =
        isAssembly ? Arrays.stream(known).filter(each -> each <= wanted).max().orElse(0) : wanted;
    if (best == 0) {
      throw DeviceException.because(
          "NVRTC "
              + version
              + " cannot compile for compute capability "
              + major
              + "."
              + minor
              + "; it knows "
              + Arrays.toString(known)
              + ": use a newer GPU, or an older CUDA 12 runtime");
    }
    target = (isAssembly ? "compute_" : "sm_") + best;
  }

  /** The version of the library, such as {@code 12.6}. */
  static String version() {
    CudaLibrary.COMPILER.load();
    int[] major = {0};
    int[] minor = {0};
    JNvrtc.nvrtcVersion(major, minor);
    return major[0] + "." + minor[0];
  }

  private static int[] known() {
    int[] count = {0};
    JNvrtc.nvrtcGetNumSupportedArchs(count);
    int[] known = new int[count[0]];
    JNvrtc.nvrtcGetSupportedArchs(known);
    return known;
  }

  /** All that decides about the result besides source and options. */
  String identity() {
    return "NVRTC " + version + " for " + target;
  }

  boolean isAssembly() {
    return isAssembly;
  }

  /**
   * Compiles.
   *
   * @param name what messages call the source
   * @param headerName the one file that it includes
   * @throws DeviceException with the compiler's log
   */
  KernelBinary compile(String name, String source, String headerName, String header) {
    nvrtcProgram program = new nvrtcProgram();
    JNvrtc.nvrtcCreateProgram(
        program, source, name, 1, new String[] {header}, new String[] {headerName});
    try {
      String[] options = {"--gpu-architecture=" + target, "--std=c++17"};
      JNvrtc.nvrtcCompileProgram(program, options.length, options);
      return isAssembly ? assembly(program) : binary(program);
    } catch (CudaException e) {
      String[] log = {""};
      JNvrtc.nvrtcGetProgramLog(program, log);
      throw DeviceException.because(
          "NVRTC could not compile " + name + ":\n" + String.valueOf(log[0]).strip(), e);
    } finally {
      JNvrtc.nvrtcDestroyProgram(program);
    }
  }

  private static KernelBinary binary(nvrtcProgram program) {
    long[] size = {0};
    JNvrtc.nvrtcGetCUBINSize(program, size);
    byte[] bytes = new byte[(int) size[0]];
    JNvrtc.nvrtcGetCUBIN(program, bytes);
    return new KernelBinary(bytes, false);
  }

  private static KernelBinary assembly(nvrtcProgram program) {
    String[] text = {""};
    JNvrtc.nvrtcGetPTX(program, text);
    return new KernelBinary(text[0].getBytes(StandardCharsets.UTF_8), true);
  }
}
