package ai.cresset.backend.cuda;

import ai.cresset.error.DeviceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.CudaException;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;

/**
 * The kernels of one device: CUDA C from the class path or generated at run time, compiled by NVRTC
 * on first use. Every source starts with the prelude.
 *
 * <p>Thread-safe.
 */
final class KernelLibrary {
  private static final String PRELUDE = "prelude.cuh";
  private static final String[] HEADERS = {PRELUDE, "mma.cuh"};

  private final CudaContext context;
  private final String architecture;
  private final Map<List<String>, CUmodule> modules = new ConcurrentHashMap<>();
  private final Map<List<String>, Kernel> kernels = new ConcurrentHashMap<>();

  KernelLibrary(CudaContext context, String architecture) {
    this.context = context;
    this.architecture = architecture;
  }

  /**
   * A kernel of a file.
   *
   * @param file a file of {@code src/main/cuda}, such as {@code softmax.cu}
   * @param function its {@code extern "C"} name
   * @param defines macros that choose among the file's variants, such as {@code T=float}
   */
  Kernel get(String file, String function, String... defines) {
    List<String> variant = new ArrayList<>(List.of(file));
    variant.addAll(List.of(defines));
    List<String> key = new ArrayList<>(variant);
    key.add(function);
    return kernels.computeIfAbsent(
        key,
        missing ->
            function(
                function,
                modules.computeIfAbsent(
                    variant, absent -> compile(file, defined(defines) + resource(file)))));
  }

  /**
   * A kernel whose source was made at run time; the source is its own key.
   *
   * @param function its {@code extern "C"} name
   */
  Kernel generated(String function, String source) {
    return kernels.computeIfAbsent(
        List.of(source, function),
        missing ->
            function(
                function,
                modules.computeIfAbsent(
                    List.of(source), absent -> compile(function + ".cu", source))));
  }

  private static String defined(String... defines) {
    StringBuilder lines = new StringBuilder();
    for (String define : defines) {
      lines.append("#define ").append(define.replaceFirst("=", " ")).append('\n');
    }
    return lines.toString();
  }

  private Kernel function(String name, CUmodule module) {
    context.enter();
    CUfunction function = new CUfunction();
    JCudaDriver.cuModuleGetFunction(function, module, name);
    return new Kernel(name, function);
  }

  private CUmodule compile(String name, String source) {
    context.enter();
    CUmodule module = new CUmodule();
    JCudaDriver.cuModuleLoadData(module, binary(name, source));
    return module;
  }

  private byte[] binary(String name, String source) {
    nvrtcProgram program = new nvrtcProgram();
    JNvrtc.nvrtcCreateProgram(
        program,
        "#include \"" + PRELUDE + "\"\n" + source,
        name,
        HEADERS.length,
        Arrays.stream(HEADERS).map(KernelLibrary::resource).toArray(String[]::new),
        HEADERS);
    try {
      String[] options = {"--gpu-architecture=" + architecture, "--std=c++17"};
      JNvrtc.nvrtcCompileProgram(program, options.length, options);
      long[] size = {0};
      JNvrtc.nvrtcGetCUBINSize(program, size);
      byte[] binary = new byte[(int) size[0]];
      JNvrtc.nvrtcGetCUBIN(program, binary);
      return binary;
    } catch (CudaException e) {
      String[] log = {""};
      JNvrtc.nvrtcGetProgramLog(program, log);
      throw DeviceException.failed("compiling " + name + ":\n" + log[0] + "\nNVRTC", e);
    } finally {
      JNvrtc.nvrtcDestroyProgram(program);
    }
  }

  static String resource(String file) {
    try (InputStream stream = KernelLibrary.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new IllegalArgumentException("no kernel source " + file + " on the class path");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw DeviceException.failed("reading " + file, e);
    }
  }
}
