package ai.cresset.backend.cuda;

import jcuda.CudaException;
import jcuda.driver.JCudaDriver;

/** Host memory that the device reads and writes by itself: page-locked, seen by all contexts. */
final class PinnedMemory {
  private static final int PORTABLE = 1;
  private static final int MAPPED = 2;

  private final HostAddress host;
  private final long bytes;

  private PinnedMemory(HostAddress host, long bytes) {
    this.host = host;
    this.bytes = bytes;
  }

  static PinnedMemory allocate(CudaContext context, long bytes) {
    context.enter();
    HostAddress host = new HostAddress();
    try {
      JCudaDriver.cuMemHostAlloc(host, bytes, PORTABLE | MAPPED);
    } catch (CudaException e) {
      throw context.failed("locking " + bytes + " bytes of host memory (ulimit -l)", e);
    }
    return new PinnedMemory(host, bytes);
  }

  long address() {
    return host.value();
  }

  long bytes() {
    return bytes;
  }

  /** Where kernels see it. */
  long deviceAddress() {
    DeviceAddress seen = new DeviceAddress();
    JCudaDriver.cuMemHostGetDevicePointer(seen, host, 0);
    return seen.value();
  }

  void free(CudaContext context) {
    context.enter();
    JCudaDriver.cuMemFreeHost(host);
  }
}
