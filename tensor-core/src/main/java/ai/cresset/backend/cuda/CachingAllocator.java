package ai.cresset.backend.cuda;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Memory of one device for one stream. Segments from the driver are cut into blocks; a free block
 * is given out again at once, because its next user's kernels come after its last user's on the
 * stream. Free neighbours of a segment are one block.
 *
 * <p>With {@code -Dcresset.cuda.caching=false} every block is a segment of its own and goes back at
 * once: slow, but a memory checker then sees each tensor's bounds.
 *
 * <p>Blocks of up to 1 MiB come from segments of 2 MiB, those of up to 10 MiB from segments of 20
 * MiB, larger ones from segments of their own size, as PyTorch's allocator does it.
 *
 * <p>Thread-safe.
 */
final class CachingAllocator {
  static final long ALIGNMENT = 512;
  static final String CACHING = "cresset.cuda.caching";

  private static final long SMALL = 1L << 20;
  private static final long SMALL_SEGMENT = 2L << 20;
  private static final long MEDIUM = 10L << 20;
  private static final long MEDIUM_SEGMENT = 20L << 20;
  private static final long LARGE_STEP = 2L << 20;

  /** Where segments come from. */
  interface Source {
    /** New memory; 0 if there is none left. */
    long take(long bytes);

    void give(long address);
  }

  /** A part of a segment. */
  static final class Block {
    private final NavigableSet<Block> pool;
    private final long address;
    private long bytes;
    private boolean used;
    private @Nullable Block previous;
    private @Nullable Block next;

    private Block(NavigableSet<Block> pool, long address, long bytes) {
      this.pool = pool;
      this.address = address;
      this.bytes = bytes;
    }

    long address() {
      return address;
    }

    long bytes() {
      return bytes;
    }

    private boolean isWholeSegment() {
      return previous == null && next == null;
    }
  }

  private static final Comparator<Block> BY_SIZE =
      Comparator.<Block>comparingLong(block -> block.bytes)
          .thenComparingLong(block -> block.address);

  private final Source source;
  private final boolean caching;
  private final NavigableSet<Block> small = new TreeSet<>(BY_SIZE);
  private final NavigableSet<Block> large = new TreeSet<>(BY_SIZE);
  private long allocated;
  private long peakAllocated;
  private long reserved;
  private long peakReserved;
  private long live;
  private long allocations;
  private long driverAllocations;

  CachingAllocator(Source source) {
    this(source, true);
  }

  CachingAllocator(Source source, boolean caching) {
    this.source = source;
    this.caching = caching;
  }

  /** One that caches unless the property says no. */
  static CachingAllocator configured(Source source) {
    return new CachingAllocator(source, !"false".equals(System.getProperty(CACHING)));
  }

  /** A block of at least {@code bytes} bytes; null if neither cache nor driver has room. */
  synchronized @Nullable Block allocate(long bytes) {
    long rounded =
        caching ? Math.max(ALIGNMENT, (bytes + ALIGNMENT - 1) & -ALIGNMENT) : Math.max(1, bytes);
    NavigableSet<Block> pool = rounded <= SMALL ? small : large;
    Block block = pool.ceiling(new Block(pool, 0, rounded));
    if (block == null) {
      block = segment(pool, rounded);
      if (block == null) {
        return null;
      }
    } else {
      pool.remove(block);
    }
    long rest = block.bytes - rounded;
    if (caching && rest >= (rounded <= SMALL ? ALIGNMENT : SMALL)) {
      split(block, rounded);
    }
    block.used = true;
    allocated += block.bytes;
    peakAllocated = Math.max(peakAllocated, allocated);
    live++;
    allocations++;
    return block;
  }

  private @Nullable Block segment(NavigableSet<Block> pool, long rounded) {
    long bytes =
        !caching
            ? rounded
            : rounded <= SMALL
                ? SMALL_SEGMENT
                : rounded <= MEDIUM ? MEDIUM_SEGMENT : (rounded + LARGE_STEP - 1) & -LARGE_STEP;
    long address = source.take(bytes);
    if (address == 0) {
      emptyCache();
      address = source.take(bytes);
    }
    if (address == 0) {
      return null;
    }
    driverAllocations++;
    reserved += bytes;
    peakReserved = Math.max(peakReserved, reserved);
    return new Block(pool, address, bytes);
  }

  private static void split(Block block, long bytes) {
    Block rest = new Block(block.pool, block.address + bytes, block.bytes - bytes);
    rest.previous = block;
    rest.next = block.next;
    if (block.next != null) {
      block.next.previous = rest;
    }
    block.next = rest;
    block.bytes = bytes;
    block.pool.add(rest);
  }

  /** Takes a block back. */
  synchronized void free(Block block) {
    if (!block.used) {
      throw new IllegalStateException("a block of device memory was freed twice");
    }
    block.used = false;
    allocated -= block.bytes;
    live--;
    Block merged = block;
    Block after = block.next;
    if (after != null && !after.used) {
      block.pool.remove(after);
      absorb(block, after);
    }
    Block before = block.previous;
    if (before != null && !before.used) {
      block.pool.remove(before);
      absorb(before, block);
      merged = before;
    }
    if (caching) {
      merged.pool.add(merged);
    } else {
      reserved -= block.bytes;
      source.give(block.address);
    }
  }

  private static void absorb(Block first, Block second) {
    first.bytes += second.bytes;
    first.next = second.next;
    if (second.next != null) {
      second.next.previous = first;
    }
  }

  /** Gives segments without a used block back to the driver. */
  synchronized void emptyCache() {
    for (NavigableSet<Block> pool : List.of(small, large)) {
      for (Block block : new ArrayList<>(pool)) {
        if (block.isWholeSegment()) {
          pool.remove(block);
          reserved -= block.bytes;
          source.give(block.address);
        }
      }
    }
  }

  /** From now on the peaks count from what is there now. */
  synchronized void resetPeak() {
    peakAllocated = allocated;
    peakReserved = reserved;
  }

  synchronized DeviceMemoryStatistics statistics() {
    return new DeviceMemoryStatistics(
        allocated, peakAllocated, reserved, peakReserved, live, allocations, driverAllocations);
  }
}
