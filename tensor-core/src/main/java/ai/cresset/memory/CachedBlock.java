package ai.cresset.memory;

import org.apache.arrow.memory.AllocationManager;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ReferenceManager;

/** Gives Arrow its memory from a {@link BlockCache}: 64-byte aligned, in our size classes. */
final class CachedBlock extends AllocationManager {
  private final BlockCache cache;
  private final long address;
  private final long size;

  private CachedBlock(BufferAllocator accounting, BlockCache cache, long size) {
    super(accounting);
    this.cache = cache;
    this.size = size;
    this.address = cache.take(size);
  }

  static AllocationManager.Factory factory(BlockCache cache) {
    return new AllocationManager.Factory() {
      @Override
      public AllocationManager create(BufferAllocator accounting, long size) {
        return new CachedBlock(accounting, cache, SizeClasses.round(size));
      }

      @Override
      public ArrowBuf empty() {
        return new ArrowBuf(ReferenceManager.NO_OP, null, 0, 0);
      }
    };
  }

  @Override
  public long getSize() {
    return size;
  }

  @Override
  protected long memoryAddress() {
    return address;
  }

  @Override
  protected void release0() {
    cache.give(address, size);
  }
}
