package ai.cresset.backend.cpu;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** A pointer to floats in memory that is not JavaCPP's. */
final class FloatAddress extends FloatPointer {
  FloatAddress(long where) {
    super((Pointer) null);
    this.address = where;
  }
}
