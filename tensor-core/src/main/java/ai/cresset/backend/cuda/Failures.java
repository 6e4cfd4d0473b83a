package ai.cresset.backend.cuda;

import ai.cresset.error.ShapeException;
import ai.cresset.memory.NativeMemory;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where kernels report indexes outside of their dimension: slots of host memory that the device
 * writes and the host reads after it waited.
 */
final class Failures {
  private static final int SLOTS = 1024;
  private static final int SLOT_BYTES = 16;

  private final CudaContext context;
  private final long host;
  private final long device;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private int next;

  private record Pending(long at, String operation, long size) {}

  /** Slots in memory of {@code SLOTS * SLOT_BYTES} bytes that both sides see. */
  Failures(CudaContext context, long host, long device) {
    this.context = context;
    this.host = host;
    this.device = device;
  }

  static long bytes() {
    return (long) SLOTS * SLOT_BYTES;
  }

  /** The device address of a cleared {@code Failure}. */
  synchronized long slot(String operation, long size) {
    if (pending.size() == SLOTS) {
      context.synchronize();
    }
    long at = (long) next * SLOT_BYTES;
    next = (next + 1) % SLOTS;
    NativeMemory.putLong(host + at, 0);
    pending.add(new Pending(at, operation, size));
    return device + at;
  }

  /**
   * Looks at all slots, once every kernel has ended.
   *
   * @throws ShapeException for the first failure
   */
  synchronized void check() {
    Pending first = null;
    long index = 0;
    for (Pending slot : pending) {
      if (first == null && NativeMemory.getLong(host + slot.at()) != 0) {
        first = slot;
        index = NativeMemory.getLong(host + slot.at() + 8);
      }
    }
    pending.clear();
    if (first != null) {
      throw ShapeException.index(first.operation(), index, first.size());
    }
  }
}
