package ai.cresset.memory;

import ai.cresset.error.DeviceException;
import ai.cresset.error.LifetimeException;
import ai.cresset.type.Device;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Host memory of one worker: an Arrow root allocator over a block cache. Several workers of one JVM
 * each have their own and {@link #bind} it to their thread; unbound threads share one.
 *
 * <p>Thread-safe.
 */
public final class Allocator implements AutoCloseable {
  private static final ThreadLocal<@Nullable Allocator> BOUND = new ThreadLocal<>();
  private static final Allocator SHARED =
      new Allocator("shared", Long.MAX_VALUE, Long.MAX_VALUE, LeakDetector.fromSystemProperty());

  private final String name;
  private final BlockCache cache;
  private final BufferAllocator arrow;
  private final LeakDetector leaks;
  private final @Nullable Set<Storage> kept;
  private final AtomicLong liveStorages = new AtomicLong();
  private final AtomicLong allocations = new AtomicLong();
  private final AtomicLong allocatedBytes = new AtomicLong();
  private final AtomicLong peakBytes = new AtomicLong();

  private Allocator(String name, long limitBytes, long cacheLimitBytes, LeakDetector leaks) {
    this(name, limitBytes, cacheLimitBytes, leaks, null);
  }

  private Allocator(
      String name,
      long limitBytes,
      long cacheLimitBytes,
      LeakDetector leaks,
      @Nullable Set<Storage> kept) {
    this.kept = kept;
    this.name = name;
    this.cache = new BlockCache(cacheLimitBytes);
    this.leaks = leaks;
    this.arrow =
        new RootAllocator(
            RootAllocator.configBuilder()
                .allocationManagerFactory(CachedBlock.factory(cache))
                .roundingPolicy(SizeClasses::round)
                .listener(new PeakListener())
                .maxAllocation(limitBytes)
                .build());
  }

  /**
   * A new allocator.
   *
   * @param name for messages, such as {@code rank 3}
   * @param limitBytes the most that may be live at once
   */
  public static Allocator create(String name, long limitBytes) {
    return new Allocator(name, limitBytes, limitBytes, LeakDetector.fromSystemProperty());
  }

  /**
   * A new allocator that can free what is left of something that failed half-way.
   *
   * @see #releaseAll
   */
  public static Allocator bounded(String name, long limitBytes) {
    return new Allocator(
        name,
        limitBytes,
        limitBytes,
        LeakDetector.fromSystemProperty(),
        ConcurrentHashMap.newKeySet());
  }

  /**
   * Frees every storage that is still live here; nothing that uses one may be touched any more. Of
   * a {@link #bounded} allocator.
   */
  public void releaseAll() {
    for (Storage storage : List.copyOf(remembered())) {
      while (storage.references() > 0) {
        storage.release();
      }
    }
  }

  private Set<Storage> remembered() {
    if (kept == null) {
      throw LifetimeException.because("allocator " + name + " does not remember its storages");
    }
    return kept;
  }

  /** The allocator bound to this thread, or the one that unbound threads share. */
  public static Allocator current() {
    Allocator bound = BOUND.get();
    return bound == null ? SHARED : bound;
  }

  /** Binds this allocator to the calling thread until the result is closed. */
  public Binding bind() {
    Allocator before = BOUND.get();
    BOUND.set(this);
    return () -> BOUND.set(before);
  }

  /** Ends a {@link #bind}. */
  @FunctionalInterface
  public interface Binding extends AutoCloseable {
    @Override
    void close();
  }

  /** New storage of at least {@code bytes} bytes; its content is undefined. */
  public Storage allocate(long bytes) {
    return allocate(Device.CPU, bytes);
  }

  /** New storage for a backend that computes on host memory. */
  public Storage allocate(Device device, long bytes) {
    if (!device.isHost()) {
      throw DeviceException.absent(
          device, "a host allocator cannot give memory of it", "ask the backend of that device");
    }
    ArrowBuf buffer = arrow.buffer(Math.max(bytes, 1));
    return adopt(device, buffer, bytes);
  }

  /**
   * Storage over a foreign Arrow buffer, which is retained, not copied. Its alignment may be as low
   * as one element.
   */
  public Storage share(ArrowBuf buffer) {
    buffer.getReferenceManager().retain();
    return adopt(Device.CPU, buffer, buffer.capacity());
  }

  /**
   * Host memory that was made elsewhere, such as a mapped file, as a storage in the accounts and
   * under the limit of this allocator.
   *
   * @param free gives the memory back; runs once, at the last release
   */
  public Storage adopt(long address, long bytes, Runnable free) {
    ArrowBuf buffer =
        arrow.wrapForeignAllocation(
            new ForeignAllocation(bytes, address) {
              @Override
              protected void release0() {
                free.run();
              }
            });
    return adopt(Device.CPU, buffer, bytes);
  }

  /**
   * Storage of a device in the count of live storages and under the leak detector's eyes. Its bytes
   * are in the device's own statistics.
   *
   * @param free runs once, at the last release
   */
  public Storage account(Device device, long address, long bytes, Runnable free) {
    liveStorages.incrementAndGet();
    Storage storage =
        new Storage(
            device,
            address,
            bytes,
            null,
            released -> {
              released(released);
              free.run();
            });
    leaks.created(storage);
    return storage;
  }

  private Storage adopt(Device device, ArrowBuf buffer, long bytes) {
    liveStorages.incrementAndGet();
    allocations.incrementAndGet();
    allocatedBytes.addAndGet(bytes);
    Storage storage = new Storage(device, buffer.memoryAddress(), bytes, buffer, this::released);
    leaks.created(storage);
    if (kept != null) {
      kept.add(storage);
    }
    return storage;
  }

  private void released(Storage storage) {
    if (kept != null) {
      kept.remove(storage);
    }
    leaks.released(storage);
    liveStorages.decrementAndGet();
  }

  /** The Arrow allocator, for vectors that shall share this worker's accounting. */
  public BufferAllocator arrow() {
    return arrow;
  }

  /** Follows what Arrow counts, of which it cannot reset the peak itself. */
  private final class PeakListener implements AllocationListener {
    private final AtomicLong live = new AtomicLong();

    @Override
    public void onAllocation(long size) {
      peakBytes.accumulateAndGet(live.addAndGet(size), Math::max);
    }

    @Override
    public void onRelease(long size) {
      live.addAndGet(-size);
    }
  }

  public MemoryStatistics statistics() {
    long live = arrow.getAllocatedMemory();
    return new MemoryStatistics(
        live,
        Math.max(live, peakBytes.get()),
        liveStorages.get(),
        cache.cachedBytes(),
        cache.systemAllocations(),
        allocations.get(),
        allocatedBytes.get());
  }

  /** From now on the peak counts from what is live now. */
  public void resetPeak() {
    peakBytes.set(arrow.getAllocatedMemory());
  }

  /**
   * Live storages by the place that made them, largest first.
   *
   * @throws LifetimeException without {@code -Dcresset.leaks=on}: places are not remembered then
   */
  public List<AllocationSite> liveSites() {
    if (!leaks.isEnabled()) {
      throw LifetimeException.because(
          "allocator "
              + name
              + " does not remember where storages were made; start Java with"
              + " -Dcresset.leaks=on to see them");
    }
    return leaks.sites();
  }

  /** Returns unused blocks to the operating system ({@code torch.cuda.empty_cache}). */
  public void emptyCache() {
    cache.trim();
  }

  /** What is live, with the places of creation when the leak detector is on. */
  public String report() {
    return "allocator " + name + ": " + statistics() + leaks.report();
  }

  /**
   * Ends this allocator.
   *
   * @throws LifetimeException if storages are still live, with where they were made when the leak
   *     detector is on
   */
  @Override
  public void close() {
    cache.close();
    if (liveStorages.get() != 0) {
      throw LifetimeException.leak("storages are still live at the end of " + report());
    }
    arrow.close();
  }
}
