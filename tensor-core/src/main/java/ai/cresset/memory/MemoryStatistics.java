package ai.cresset.memory;

/**
 * What an allocator holds.
 *
 * @param liveBytes bytes of storages in use ({@code torch.cuda.memory_allocated})
 * @param peakBytes the most there were at once, since the last {@link Allocator#resetPeak}
 * @param liveStorages storages in use
 * @param cachedBytes unused bytes kept for the next allocation
 * @param systemAllocations blocks taken from the operating system so far
 * @param allocations storages made so far
 * @param allocatedBytes bytes of all storages made so far
 */
public record MemoryStatistics(
    long liveBytes,
    long peakBytes,
    long liveStorages,
    long cachedBytes,
    long systemAllocations,
    long allocations,
    long allocatedBytes) {
  /** Bytes held from the operating system ({@code torch.cuda.memory_reserved}). */
  public long reservedBytes() {
    return liveBytes + cachedBytes;
  }
}
