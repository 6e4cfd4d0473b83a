package ai.cresset.memory;

/**
 * What an allocator holds.
 *
 * @param liveBytes bytes of storages in use
 * @param peakBytes the most there were at once
 * @param liveStorages storages in use
 * @param cachedBytes unused bytes kept for the next allocation
 * @param systemAllocations blocks taken from the operating system so far
 */
public record MemoryStatistics(
    long liveBytes, long peakBytes, long liveStorages, long cachedBytes, long systemAllocations) {}
