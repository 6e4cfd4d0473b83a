package ai.cresset.backend.cuda;

/**
 * What the allocator of a device holds.
 *
 * @param allocatedBytes in use ({@code torch.cuda.memory_allocated})
 * @param peakAllocatedBytes the most there was at once ({@code torch.cuda.max_memory_allocated})
 * @param reservedBytes taken from the driver ({@code torch.cuda.memory_reserved})
 * @param peakReservedBytes the most there was at once ({@code torch.cuda.max_memory_reserved})
 * @param liveBlocks blocks in use
 * @param allocations blocks given out so far
 * @param driverAllocations how often the driver was asked
 */
public record DeviceMemoryStatistics(
    long allocatedBytes,
    long peakAllocatedBytes,
    long reservedBytes,
    long peakReservedBytes,
    long liveBlocks,
    long allocations,
    long driverAllocations) {}
