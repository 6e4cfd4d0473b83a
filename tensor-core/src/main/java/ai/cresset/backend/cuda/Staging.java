package ai.cresset.backend.cuda;

import ai.cresset.memory.NativeMemory;
import java.util.ArrayDeque;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/**
 * Copies between any host memory and the device, in order with the kernels, by way of page-locked
 * memory. An upload returns when the host memory was read, not when the device has it. Parts of a
 * large copy overlap: one travels while the host copies the next.
 *
 * <p>Thread-safe.
 */
final class Staging {
  static final long RING_BYTES = 32L << 20;
  private static final long PART_BYTES = 4L << 20;
  private static final long ALIGNMENT = 256;

  private final CudaContext context;
  private final Object upLock = new Object();
  private final Object downLock = new Object();
  private final ArrayDeque<Region> inFlight = new ArrayDeque<>();
  private long ring;
  private long head;
  private long landing;

  /** A part of the ring that the device still reads. */
  private record Region(long start, long end, CUevent read) {}

  Staging(CudaContext context) {
    this.context = context;
  }

  void upload(long hostAddress, long deviceAddress, long bytes) {
    context.enter();
    synchronized (upLock) {
      if (ring == 0) {
        ring = PinnedMemory.allocate(context, RING_BYTES).address();
      }
      for (long done = 0; done < bytes; ) {
        long part = Math.min(PART_BYTES, bytes - done);
        long start = room(part);
        NativeMemory.copy(hostAddress + done, ring + start, part);
        JCudaDriver.cuMemcpyHtoDAsync(
            new DeviceAddress(deviceAddress + done),
            new HostAddress(ring + start),
            part,
            context.computeStream());
        CUevent read = context.events().take();
        JCudaDriver.cuEventRecord(read, context.computeStream());
        inFlight.add(new Region(start, start + part, read));
        done += part;
      }
    }
  }

  /** The place of the next {@code bytes} bytes, once the device has read what was there. */
  private long room(long bytes) {
    long start = (head + ALIGNMENT - 1) & -ALIGNMENT;
    if (start + bytes > RING_BYTES) {
      start = 0;
      // What lies between here and the end is older than what is at the start.
      while (!inFlight.isEmpty() && inFlight.element().start() >= head) {
        retire();
      }
    }
    while (!inFlight.isEmpty()
        && inFlight.element().start() < start + bytes
        && inFlight.element().end() > start) {
      retire();
    }
    head = start + bytes;
    return start;
  }

  private void retire() {
    Region oldest = inFlight.remove();
    JCudaDriver.cuEventSynchronize(oldest.read());
    context.events().give(oldest.read());
  }

  /** Waits for every kernel before it. */
  void download(long deviceAddress, long hostAddress, long bytes) {
    context.enter();
    synchronized (downLock) {
      if (landing == 0) {
        landing = PinnedMemory.allocate(context, 2 * PART_BYTES).address();
      }
      CUevent[] arrived = {context.events().take(), context.events().take()};
      try {
        long parts = (bytes + PART_BYTES - 1) / PART_BYTES;
        for (long part = 0; part <= parts; part++) {
          if (part < parts) {
            int slot = (int) (part & 1);
            JCudaDriver.cuMemcpyDtoHAsync(
                new HostAddress(landing + slot * PART_BYTES),
                new DeviceAddress(deviceAddress + part * PART_BYTES),
                Math.min(PART_BYTES, bytes - part * PART_BYTES),
                context.computeStream());
            JCudaDriver.cuEventRecord(arrived[slot], context.computeStream());
          }
          if (part > 0) {
            int slot = (int) ((part - 1) & 1);
            long from = (part - 1) * PART_BYTES;
            JCudaDriver.cuEventSynchronize(arrived[slot]);
            NativeMemory.copy(
                landing + slot * PART_BYTES,
                hostAddress + from,
                Math.min(PART_BYTES, bytes - from));
          }
        }
      } finally {
        context.events().give(arrived[0]);
        context.events().give(arrived[1]);
      }
    }
  }
}
