package ai.cresset.backend.cuda;

import ai.cresset.memory.Storage;
import ai.cresset.type.Device;
import java.util.concurrent.atomic.AtomicLong;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import jcuda.nvrtc.JNvrtc;

/**
 * One opened device: its primary context, its streams, its kernels. All threads launch on one
 * compute stream, so that kernels run in the order in which they were called.
 *
 * <p>Thread-safe.
 */
final class CudaContext {
  private static final int MAPPED = 2;

  private final Device device;
  private final CUcontext context = new CUcontext();
  private final CUstream computeStream = new CUstream();
  private final KernelLibrary kernels;
  private final Failures failures;
  private final AtomicLong launches = new AtomicLong();
  private final int multiprocessors;

  CudaContext(Device device) {
    this.device = device;
    JCudaDriver.setExceptionsEnabled(true);
    JNvrtc.setExceptionsEnabled(true);
    JCudaDriver.cuInit(0);
    CUdevice handle = new CUdevice();
    JCudaDriver.cuDeviceGet(handle, device.index());
    JCudaDriver.cuDevicePrimaryCtxRetain(context, handle);
    enter();
    JCudaDriver.cuStreamCreate(computeStream, CUstream_flags.CU_STREAM_NON_BLOCKING);
    int major = attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
    int minor = attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    multiprocessors =
        attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    kernels = new KernelLibrary(this, "sm_" + major + minor);
    failures = mappedFailures();
  }

  private Failures mappedFailures() {
    HostAddress host = new HostAddress();
    JCudaDriver.cuMemHostAlloc(host, Failures.bytes(), MAPPED);
    DeviceAddress seen = new DeviceAddress();
    JCudaDriver.cuMemHostGetDevicePointer(seen, host, 0);
    return new Failures(this, host.value(), seen.value());
  }

  private static int attribute(CUdevice handle, int attribute) {
    int[] value = {0};
    JCudaDriver.cuDeviceGetAttribute(value, attribute, handle);
    return value[0];
  }

  Device device() {
    return device;
  }

  /** Makes this device the calling thread's current one. */
  void enter() {
    JCudaDriver.cuCtxSetCurrent(context);
  }

  CUstream computeStream() {
    return computeStream;
  }

  KernelLibrary kernels() {
    return kernels;
  }

  Failures failures() {
    return failures;
  }

  /** Multiprocessors, for grids that fill the device. */
  int multiprocessors() {
    return multiprocessors;
  }

  /** A call of a kernel of {@code src/main/cuda}. */
  Launch launch(String file, String function, String... defines) {
    return new Launch(this, kernels.get(file, function, defines));
  }

  /** A call of a kernel that was made at run time. */
  Launch launch(Kernel kernel) {
    return new Launch(this, kernel);
  }

  /** Counts a kernel that was started. */
  void launched(Kernel kernel) {
    launches.incrementAndGet();
  }

  /** Kernels started so far. */
  long launches() {
    return launches.get();
  }

  /**
   * Device memory. A release may come before the kernels that use it have ended: later ones on the
   * compute stream come after them.
   */
  Storage allocate(long bytes) {
    enter();
    DeviceAddress pointer = new DeviceAddress();
    JCudaDriver.cuMemAlloc(pointer, Math.max(bytes, 1));
    return Storage.foreign(device, pointer.value(), bytes, () -> JCudaDriver.cuMemFree(pointer));
  }

  /** Waits for every kernel, then throws what they reported. */
  void synchronize() {
    enter();
    JCudaDriver.cuStreamSynchronize(computeStream);
    failures.check();
  }
}
