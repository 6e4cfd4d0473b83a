package ai.cresset.backend.cuda;

import ai.cresset.error.DeviceException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.type.Device;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import jcuda.CudaException;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * One opened device: its primary context, its streams, its memory, its kernels. All threads launch
 * on one compute stream, so that kernels run in the order in which they were called.
 *
 * <p>Thread-safe.
 */
final class CudaContext {
  /** Waits after each kernel, so that an error shows at the call that made it. */
  static final String BLOCKING = "cresset.cuda.blocking";

  private static final ThreadLocal<@Nullable CudaContext> CURRENT = new ThreadLocal<>();

  private final Device device;
  private final DeviceProperties properties;
  private final CUcontext context = new CUcontext();
  private final CUstream computeStream = new CUstream();
  private final CachingAllocator memory = CachingAllocator.configured(new DriverMemory(this));
  private final EventPool events = new EventPool(this);
  private final Staging staging = new Staging(this);
  private final CopyStream copies;
  private final KernelLibrary kernels = new KernelLibrary(this, KernelCache.configured());
  private final Failures failures;
  private final boolean blocking = Boolean.getBoolean(BLOCKING);
  private final AtomicLong launches = new AtomicLong();
  private volatile String lastKernel = "";

  /**
   * Opens a device.
   *
   * @throws DeviceException if it or the driver is absent, with the remedy
   */
  CudaContext(Device device) {
    this.device = device;
    int count = CudaDriver.deviceCount();
    if (device.index() >= count) {
      throw DeviceException.absent(
          device,
          "this process sees "
              + (count == 1 ? "1 GPU, cuda:0" : count + " GPUs, cuda:0 to cuda:" + (count - 1)),
          "use one of them, or change CUDA_VISIBLE_DEVICES");
    }
    try {
      CUdevice handle = new CUdevice();
      JCudaDriver.cuDeviceGet(handle, device.index());
      properties = properties(handle);
      JCudaDriver.cuDevicePrimaryCtxRetain(context, handle);
      enter();
      JCudaDriver.cuStreamCreate(computeStream, CUstream_flags.CU_STREAM_NON_BLOCKING);
      copies = new CopyStream(this);
      PinnedMemory slots = PinnedMemory.allocate(this, Failures.bytes());
      failures = new Failures(this, slots.address(), slots.deviceAddress());
    } catch (CudaException e) {
      throw failed("opening the device", e);
    }
  }

  private static DeviceProperties properties(CUdevice handle) {
    byte[] name = new byte[256];
    JCudaDriver.cuDeviceGetName(name, name.length, handle);
    int length = 0;
    while (length < name.length && name[length] != 0) {
      length++;
    }
    long[] total = {0};
    JCudaDriver.cuDeviceTotalMem(total, handle);
    return new DeviceProperties(
        new String(name, 0, length, StandardCharsets.UTF_8),
        total[0],
        attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
        attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
        attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
        attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
        CudaDriver.text(CudaDriver.version()),
        CudaLibrary.COMPILER.absence() == null ? KernelCompiler.version() : "absent");
  }

  private static int attribute(CUdevice handle, int attribute) {
    int[] value = {0};
    JCudaDriver.cuDeviceGetAttribute(value, attribute, handle);
    return value[0];
  }

  Device device() {
    return device;
  }

  DeviceProperties properties() {
    return properties;
  }

  /** Makes this device the calling thread's current one. */
  void enter() {
    if (CURRENT.get() != this) {
      JCudaDriver.cuCtxSetCurrent(context);
      CURRENT.set(this);
    }
  }

  CUstream computeStream() {
    return computeStream;
  }

  EventPool events() {
    return events;
  }

  Staging staging() {
    return staging;
  }

  CopyStream copies() {
    return copies;
  }

  KernelLibrary kernels() {
    return kernels;
  }

  Failures failures() {
    return failures;
  }

  /** Multiprocessors, for grids that fill the device. */
  int multiprocessors() {
    return properties.multiprocessors();
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
    launched(kernel.name());
  }

  /** Counts a kernel of a library that was started. */
  void launched(String kernel) {
    launches.incrementAndGet();
    lastKernel = kernel;
    if (blocking) {
      synchronize();
    }
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
    CachingAllocator.Block block = block(bytes);
    return Storage.foreign(device, block.address(), bytes, () -> memory.free(block));
  }

  /** Device memory in an allocator's count of live storages. */
  Storage allocate(Allocator allocator, long bytes) {
    CachingAllocator.Block block = block(bytes);
    return allocator.account(device, block.address(), bytes, () -> memory.free(block));
  }

  private CachingAllocator.Block block(long bytes) {
    CachingAllocator.Block block = memory.allocate(bytes);
    if (block == null) {
      copies.emptyCache();
      block = memory.allocate(bytes);
    }
    if (block == null) {
      throw DeviceException.outOfMemory(device, bytes, state());
    }
    return block;
  }

  private String state() {
    DeviceMemoryStatistics now = memory.statistics();
    long[] free = {0};
    long[] total = {0};
    enter();
    JCudaDriver.cuMemGetInfo(free, total);
    return now.allocatedBytes()
        + " are allocated by this process, "
        + (now.reservedBytes() - now.allocatedBytes())
        + " reserved in pieces that are too small, "
        + free[0]
        + " of "
        + total[0]
        + " free";
  }

  DeviceMemoryStatistics statistics() {
    return memory.statistics();
  }

  void emptyCache() {
    copies.emptyCache();
    memory.emptyCache();
  }

  void resetPeak() {
    memory.resetPeak();
  }

  /** Waits for every kernel, then throws what they reported. */
  void synchronize() {
    enter();
    long mark = failures.mark();
    try {
      JCudaDriver.cuStreamSynchronize(computeStream);
    } catch (CudaException e) {
      throw failed("waiting for the kernels", e);
    }
    failures.check(mark);
  }

  /** A driver's call that failed, as text that says what to do. */
  DeviceException failed(String what, CudaException error) {
    return CudaErrors.failed(what, device, lastKernel, error);
  }
}
