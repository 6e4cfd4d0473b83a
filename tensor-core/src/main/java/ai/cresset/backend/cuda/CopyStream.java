package ai.cresset.backend.cuda;

import ai.cresset.backend.BackgroundUpload;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import jcuda.driver.CUevent;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * Uploads beside the kernels, on a stream of their own. Events order the two streams: a copy comes
 * after the last kernel that used its target's memory before, and kernels come after the copy once
 * they were {@linkplain BackgroundUpload.Transfer#join joined}. Targets and page-locked buffers are
 * kept by size, because batches have few sizes; so the wait for a target is for the step that used
 * it last, not for the step under way.
 *
 * <p>Thread-safe.
 */
final class CopyStream implements BackgroundUpload {
  private static final int KEPT = 4;

  private final CudaContext context;
  private final CUstream stream = new CUstream();
  private final Map<Long, ArrayDeque<Buffer>> buffers = new HashMap<>();
  private final Map<Long, ArrayDeque<Target>> targets = new HashMap<>();

  /** Page-locked memory, and when the device has read it. */
  private record Buffer(PinnedMemory memory, CUevent read) {}

  /** Device memory, and when the last kernel that uses it has ended. */
  private record Target(Storage memory, CUevent used) {}

  CopyStream(CudaContext context) {
    this.context = context;
    context.enter();
    JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING);
  }

  @Override
  public Transfer begin(Allocator allocator, long hostAddress, long bytes) {
    context.enter();
    long size = Math.max(1, Long.highestOneBit(Math.max(1, bytes - 1)) << 1);
    Buffer buffer = take(buffers, size);
    if (buffer == null) {
      buffer = new Buffer(PinnedMemory.allocate(context, size), context.events().take());
    } else {
      JCudaDriver.cuEventSynchronize(buffer.read());
    }
    NativeMemory.copy(hostAddress, buffer.memory().address(), bytes);
    Target target = take(targets, size);
    if (target == null) {
      target = new Target(context.allocate(size), context.events().take());
      JCudaDriver.cuEventRecord(target.used(), context.computeStream());
    }
    JCudaDriver.cuStreamWaitEvent(stream, target.used(), 0);
    if (bytes > 0) {
      JCudaDriver.cuMemcpyHtoDAsync(
          new DeviceAddress(target.memory().address()),
          new HostAddress(buffer.memory().address()),
          bytes,
          stream);
    }
    JCudaDriver.cuEventRecord(buffer.read(), stream);
    CUevent copied = context.events().take();
    JCudaDriver.cuEventRecord(copied, stream);
    keep(size, buffer);
    return new Upload(allocator, target, copied, bytes, size);
  }

  private <T> @Nullable T take(Map<Long, ArrayDeque<T>> kept, long size) {
    synchronized (kept) {
      ArrayDeque<T> free = kept.get(size);
      return free == null ? null : free.poll();
    }
  }

  private <T> boolean offer(Map<Long, ArrayDeque<T>> kept, long size, T value) {
    synchronized (kept) {
      ArrayDeque<T> free = kept.computeIfAbsent(size, absent -> new ArrayDeque<>());
      return free.size() < KEPT && free.add(value);
    }
  }

  private void keep(long size, Buffer buffer) {
    if (!offer(buffers, size, buffer)) {
      drop(buffer);
    }
  }

  private void drop(Buffer buffer) {
    JCudaDriver.cuEventSynchronize(buffer.read());
    buffer.memory().free(context);
    context.events().give(buffer.read());
  }

  /** Its next user on the compute stream comes after every copy into it, which were joined. */
  private void drop(Target target) {
    target.memory().release();
    context.events().give(target.used());
  }

  /** Gives up what is kept for later copies. */
  void emptyCache() {
    context.enter();
    synchronized (buffers) {
      buffers.values().forEach(all -> all.forEach(this::drop));
      buffers.clear();
    }
    synchronized (targets) {
      targets.values().forEach(all -> all.forEach(this::drop));
      targets.clear();
    }
  }

  /** One copy. */
  private final class Upload implements Transfer {
    private final Target place;
    private final CUevent copied;
    private final long size;
    private final Storage target;
    private final AtomicBoolean joined = new AtomicBoolean();

    Upload(Allocator allocator, Target place, CUevent copied, long bytes, long size) {
      this.place = place;
      this.copied = copied;
      this.size = size;
      this.target =
          allocator.account(context.device(), place.memory().address(), bytes, this::released);
    }

    @Override
    public Storage target() {
      return target;
    }

    @Override
    public void join() {
      if (joined.compareAndSet(false, true)) {
        context.enter();
        JCudaDriver.cuStreamWaitEvent(context.computeStream(), copied, 0);
        context.events().give(copied);
      }
    }

    private void released() {
      join();
      JCudaDriver.cuEventRecord(place.used(), context.computeStream());
      if (!offer(targets, size, place)) {
        drop(place);
      }
    }
  }
}
