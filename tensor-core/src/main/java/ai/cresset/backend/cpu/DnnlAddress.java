package ai.cresset.backend.cpu;

import org.bytedeco.javacpp.Pointer;

/** A pointer to memory that is not JavaCPP's. */
final class DnnlAddress extends Pointer {
  DnnlAddress() {
    super((Pointer) null);
  }

  DnnlAddress at(long where) {
    this.address = where;
    return this;
  }
}
