package ai.cresset.parallel.comm;

import ai.cresset.error.DeviceException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;

/**
 * Elements that lie side by side in the storage of a tensor: what collectives work on. Does not own
 * the storage; a collective retains it while it runs.
 *
 * @param storage host memory
 * @param byteOffset where the first element is
 * @param count elements
 * @param dtype their type
 */
public record Slice(Storage storage, long byteOffset, long count, DType dtype) {
  public Slice {
    if (!storage.device().isHost()) {
      throw DeviceException.because(
          "a collective: expected host memory, got "
              + storage
              + "; bring it to the host first (to(Device.CPU)), as DataParallel does");
    }
    if (byteOffset < 0
        || count < 0
        || count > (storage.bytes() - byteOffset) / dtype.bytes()
        || byteOffset > storage.bytes()) {
      throw ShapeException.mismatch(
          "slice of " + storage,
          "elements inside of it",
          count + " " + dtype + " from byte " + byteOffset + " on");
    }
  }

  /** All of a storage. */
  public static Slice of(Storage storage, DType dtype) {
    return new Slice(storage, 0, storage.bytes() / dtype.bytes(), dtype);
  }

  /** {@code count} elements from element {@code start} on. */
  public Slice part(long start, long count) {
    if (start < 0 || count < 0 || start > this.count - count) {
      throw ShapeException.mismatch(
          "part of a slice",
          "elements 0 to " + this.count,
          "elements " + start + " to " + (start + count));
    }
    return new Slice(storage, byteOffset + start * dtype.bytes(), count, dtype);
  }

  /** The address of the first element. */
  public long address() {
    return storage.address() + byteOffset;
  }

  /** Length in bytes. */
  public long bytes() {
    return count * dtype.bytes();
  }

  @Override
  public String toString() {
    return dtype + "[" + count + "]";
  }
}
