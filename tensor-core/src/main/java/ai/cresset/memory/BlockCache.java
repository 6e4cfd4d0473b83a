package ai.cresset.memory;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Freed blocks by size class, below Arrow's accounting: what is here is not in use, and the next
 * allocation of the same class takes it. Blocks are 64-byte aligned.
 */
final class BlockCache {
  private static final int ALIGNMENT = 64;

  private final Map<Long, ArrayDeque<Long>> free = new HashMap<>();
  private final Map<Long, Long> bases = new HashMap<>();
  private final long limitBytes;
  private long cachedBytes;
  private long systemAllocations;
  private boolean closed;

  /** A cache that holds on to at most {@code limitBytes} of unused blocks. */
  BlockCache(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** The address of a block of this class size. */
  synchronized long take(long bytes) {
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
    if (closed || cachedBytes + bytes > limitBytes) {
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
  }

  /** Trims now, and from now on returns blocks to the system at once. */
  synchronized void close() {
    closed = true;
    trim();
  }

  synchronized long cachedBytes() {
    return cachedBytes;
  }

  synchronized long systemAllocations() {
    return systemAllocations;
  }

  private void freeBlock(long address) {
    Long base = bases.remove(address);
    if (base == null) {
      throw new IllegalStateException("block " + Long.toHexString(address) + " was freed twice");
    }
    NativeMemory.free(base);
  }
}
