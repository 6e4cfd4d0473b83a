package ai.cresset.backend.cuda;

import jcuda.CudaException;
import jcuda.driver.JCudaDriver;

/** Segments from the driver. */
record DriverMemory(CudaContext context) implements CachingAllocator.Source {
  @Override
  public long take(long bytes) {
    context.enter();
    DeviceAddress address = new DeviceAddress();
    try {
      JCudaDriver.cuMemAlloc(address, bytes);
      return address.value();
    } catch (CudaException e) {
      if (CudaErrors.isOutOfMemory(e)) {
        return 0;
      }
      throw context.failed("taking memory", e);
    }
  }

  /** The driver waits for the device before it takes memory back. */
  @Override
  public void give(long address) {
    context.enter();
    try {
      JCudaDriver.cuMemFree(new DeviceAddress(address));
    } catch (CudaException e) {
      throw context.failed("giving memory back", e);
    }
  }
}
