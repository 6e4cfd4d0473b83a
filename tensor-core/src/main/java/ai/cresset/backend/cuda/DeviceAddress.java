package ai.cresset.backend.cuda;

import jcuda.driver.CUdeviceptr;

/** A plain device address as JCuda wants it, and as it gives it back. */
final class DeviceAddress extends CUdeviceptr {
  /** For the driver to fill. */
  DeviceAddress() {}

  DeviceAddress(long address) {
    super(new CUdeviceptr(), address);
  }

  long value() {
    return getNativePointer() + getByteOffset();
  }
}
