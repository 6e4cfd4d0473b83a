package ai.cresset.backend.cpu;

import ai.cresset.error.DeviceException;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencl.Pfn_notify__cl_mem_Pointer;
import org.bytedeco.opencl._cl_mem;

/**
 * The number of threads that OpenMP, and so oneDNN, uses for what the calling thread asks of it.
 * The bindings of oneDNN have no function for that. OpenMP's own takes one integer, and JavaCPP
 * calls any native function by its address through a class for callbacks with arguments of the same
 * kind: the integer travels as the first pointer.
 */
final class OpenMpThreads {
  private static final String FUNCTION = "omp_set_num_threads";

  private final int threads;
  private final _cl_mem one;
  private final _cl_mem usual;
  private final LongPointer cell;
  private final Pfn_notify__cl_mem_Pointer function;

  /**
   * Loads oneDNN with its OpenMP.
   *
   * @param threads those outside of {@link #single}
   */
  OpenMpThreads(int threads) {
    load();
    this.threads = threads;
    this.one = number(1);
    this.usual = number(threads);
    this.cell = new LongPointer(1);
    // The runtime that oneDNN is linked to becomes visible by name with its users.
    Loader.loadGlobal(Loader.load(dnnl.class));
    Pointer address = Loader.addressof(FUNCTION);
    if (address == null) {
      throw DeviceException.absent(
          "cpu",
          "the OpenMP runtime of oneDNN has no " + FUNCTION,
          "use the native libraries that this project's dependencies name");
    }
    cell.put(address.address());
    this.function = new Pfn_notify__cl_mem_Pointer(cell);
  }

  private static void load() {
    // JavaCPP refuses to allocate its few bytes once the process is larger than a multiple of the
    // Java heap, which is the normal state of a process whose tensors live outside of it.
    if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
      System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }
    try {
      Loader.load(dnnl.class);
    } catch (UnsatisfiedLinkError e) {
      throw DeviceException.failed("loading oneDNN's native library", e);
    }
  }

  /** Runs a body in which oneDNN uses the calling thread only. */
  void single(Runnable body) {
    if (threads == 1) {
      body.run();
      return;
    }
    function.call(one, null);
    try {
      body.run();
    } finally {
      function.call(usual, null);
    }
  }

  private static _cl_mem number(int value) {
    return new _cl_mem(new DnnlAddress().at(value));
  }
}
