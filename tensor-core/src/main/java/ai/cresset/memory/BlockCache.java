package ai.cresset.memory;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Freed blocks below Arrow's accounting: what is here is not in use. Small blocks are kept by size
 * class, and the next allocation of the same class takes one; large blocks are cut from {@link
 * Regions}. All are 64-byte aligned.
 */
final class BlockCache {
  private static final int ALIGNMENT = 64;

  private static final long REGION_BYTES = 1 << 26;

  private final Regions regions;
  private final Map<Long, ArrayDeque<Long>> free = new HashMap<>();
  private final Map<Long, Long> bases = new HashMap<>();
  private final long limitBytes;
  private long cachedBytes;
  private long systemAllocations;
  private boolean closed;

  /** A cache that holds on to at most {@code limitBytes} of unused blocks. */
  BlockCache(long limitBytes) {
    this.limitBytes = limitBytes;
    this.regions = new Regions(Math.min(REGION_BYTES, Math.max(SizeClasses.LARGE, limitBytes)));
  }

  /** The address of a block of this class size. */
  synchronized long take(long bytes) {
    if (bytes >= SizeClasses.LARGE) {
      return regions.take(bytes);
    }
    ArrayDeque<Long> blocks = free.get(bytes);
    Long cached = blocks == null ? null : blocks.pollLast();
    if (cached != null) {
      cachedBytes -= bytes;
      return cached;
    }
    systemAllocations++;
    long base = NativeMemory.allocate(bytes + ALIGNMENT);
    long aligned = base + ALIGNMENT - 1 & -ALIGNMENT;
    bases.put(aligned, base);
    return aligned;
  }

  /** Gives back a block of this class size. */
  synchronized void give(long address, long bytes) {
    if (bytes >= SizeClasses.LARGE) {
      regions.give(address);
      if (closed || cachedBytes() > limitBytes) {
        regions.trim();
      }
      return;
    }
    if (closed || cachedBytes() + bytes > limitBytes) {
      freeBlock(address);
      return;
    }
    cachedBytes += bytes;
    free.computeIfAbsent(bytes, size -> new ArrayDeque<>()).addLast(address);
  }

  /** Returns every unused block to the system. */
  synchronized void trim() {
    free.values().forEach(blocks -> blocks.forEach(this::freeBlock));
    free.clear();
    cachedBytes = 0;
    regions.trim();
  }

  /** Trims now, and from now on returns blocks to the system at once. */
  synchronized void close() {
    closed = true;
    trim();
  }

  synchronized long cachedBytes() {
    return cachedBytes + regions.cachedBytes();
  }

  synchronized long systemAllocations() {
    return systemAllocations + regions.systemAllocations();
  }

  private void freeBlock(long address) {
    Long base = bases.remove(address);
    if (base == null) {
      throw new IllegalStateException("block " + Long.toHexString(address) + " was freed twice");
    }
    NativeMemory.free(base);
  }
}
