package ai.cresset.backend.cuda;

import ai.cresset.error.ShapeException;
import ai.cresset.memory.NativeMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where kernels report indexes outside of their dimension: slots of host memory that the device
 * writes and the host reads after it waited.
 *
 * <p>Thread-safe. A failure goes to whichever thread waits for the device first.
 */
final class Failures {
  private static final int SLOTS = 1024;
  private static final int SLOT_BYTES = 16;

  private final CudaContext context;
  private final long host;
  private final long device;
  private final Deque<Integer> free = new ArrayDeque<>();
  private final Deque<Slot> started = new ArrayDeque<>();
  private long next;

  /** One report of one call. */
  static final class Slot {
    private final int number;
    private final String operation;
    private final long size;
    private long order;

    private Slot(int number, String operation, long size) {
      this.number = number;
      this.operation = operation;
      this.size = size;
    }
  }

  /** Slots in memory of {@code SLOTS * SLOT_BYTES} bytes that both sides see. */
  Failures(CudaContext context, long host, long device) {
    this.context = context;
    this.host = host;
    this.device = device;
    for (int slot = 0; slot < SLOTS; slot++) {
      free.add(slot);
    }
  }

  static long bytes() {
    return (long) SLOTS * SLOT_BYTES;
  }

  /** A cleared slot. */
  Slot take(String operation, long size) {
    Slot slot = poll(operation, size);
    while (slot == null) {
      context.synchronize();
      slot = poll(operation, size);
    }
    return slot;
  }

  private synchronized @Nullable Slot poll(String operation, long size) {
    Integer number = free.poll();
    if (number == null) {
      return null;
    }
    NativeMemory.putLong(host + (long) number * SLOT_BYTES, 0);
    return new Slot(number, operation, size);
  }

  /** Where its {@code Failure} is for the device. */
  long address(Slot slot) {
    return device + (long) slot.number * SLOT_BYTES;
  }

  /** Says that the kernel that writes into a slot is in the stream. */
  synchronized void started(Slot slot) {
    slot.order = next++;
    started.add(slot);
  }

  /** Takes back the slot of a call that starts no kernel. */
  synchronized void unused(Slot slot) {
    free.add(slot.number);
  }

  /** Kernels started so far; a wait that begins now is over when they have ended. */
  synchronized long mark() {
    return next;
  }

  /**
   * Looks at the slots of kernels started before a mark, once they have ended.
   *
   * @throws ShapeException for the first failure
   */
  synchronized void check(long mark) {
    Slot first = null;
    long index = 0;
    List<Slot> ended = new ArrayList<>();
    for (Iterator<Slot> all = started.iterator(); all.hasNext(); ) {
      Slot slot = all.next();
      if (slot.order >= mark) {
        break;
      }
      all.remove();
      ended.add(slot);
      long at = host + (long) slot.number * SLOT_BYTES;
      if (first == null && NativeMemory.getLong(at) != 0) {
        first = slot;
        index = NativeMemory.getLong(at + 8);
      }
    }
    ended.forEach(this::unused);
    if (first != null) {
      throw ShapeException.index(first.operation, index, first.size);
    }
  }
}
