package ai.cresset.backend.cuda;

import jcuda.Pointer;

/** A plain host address as JCuda wants it, without the tables that its own pointers build. */
final class HostAddress extends Pointer {
  /** For the driver to fill. */
  HostAddress() {}

  HostAddress(long address) {
    super(address);
  }

  long value() {
    return getNativePointer() + getByteOffset();
  }
}
