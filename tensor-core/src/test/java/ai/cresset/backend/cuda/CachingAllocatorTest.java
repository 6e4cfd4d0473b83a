package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.cuda.CachingAllocator.Block;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CachingAllocatorTest {
  private static final long MIB = 1L << 20;

  /** Addresses without memory, of a limited amount. */
  private static final class Addresses implements CachingAllocator.Source {
    private final Map<Long, Long> taken = new HashMap<>();
    private final long limit;
    private long next = 1L << 32;

    Addresses(long limit) {
      this.limit = limit;
    }

    long bytes() {
      return taken.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public long take(long bytes) {
      if (bytes() + bytes > limit) {
        return 0;
      }
      long address = next;
      next += bytes + 4096;
      taken.put(address, bytes);
      return address;
    }

    @Override
    public void give(long address) {
      assertNotNull(taken.remove(address), "given back twice or never taken");
    }
  }

  @Test
  void freedMemoryIsGivenOutAgainWithoutTheDriver() {
    CachingAllocator allocator = new CachingAllocator(new Addresses(1 << 30));
    Block first = take(allocator, 5 * MIB);
    allocator.free(first);
    Block second = take(allocator, 4 * MIB);
    assertEquals(first.address(), second.address());
    assertEquals(1, allocator.statistics().driverAllocations());
  }

  @Test
  void smallBlocksShareOneSegmentAndMergeAgain() {
    Addresses source = new Addresses(1 << 30);
    CachingAllocator allocator = new CachingAllocator(source);
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      blocks.add(take(allocator, 1 + i));
    }
    assertEquals(2 * MIB, source.bytes());
    assertEquals(100 * 512, allocator.statistics().allocatedBytes());
    blocks.forEach(allocator::free);
    Block whole = take(allocator, MIB);
    assertEquals(1, allocator.statistics().driverAllocations());
    allocator.free(whole);
    allocator.emptyCache();
    assertEquals(0, source.bytes());
    assertEquals(0, allocator.statistics().reservedBytes());
    assertEquals(2 * MIB, allocator.statistics().peakReservedBytes());
  }

  @Test
  void fullDeviceGivesUpItsCacheFirst() {
    Addresses source = new Addresses(64 * MIB);
    CachingAllocator allocator = new CachingAllocator(source);
    allocator.free(take(allocator, 40 * MIB));
    Block larger = take(allocator, 60 * MIB);
    assertEquals(60 * MIB, source.bytes());
    assertNull(allocator.allocate(30 * MIB));
    allocator.free(larger);
    assertThrows(IllegalStateException.class, () -> allocator.free(larger));
  }

  @Test
  void peaksCountAgainFromWhatIsThere() {
    CachingAllocator allocator = new CachingAllocator(new Addresses(1 << 30));
    Block large = take(allocator, 32 * MIB);
    Block small = take(allocator, 512);
    allocator.free(large);
    assertEquals(32 * MIB + 512, allocator.statistics().peakAllocatedBytes());
    allocator.resetPeak();
    assertEquals(512, allocator.statistics().peakAllocatedBytes());
    allocator.free(small);
  }

  @Test
  void manyRandomSizesNeverOverlapAndAllComesBack() {
    long seed = 20261122;
    Random random = new Random(seed);
    Addresses source = new Addresses(1L << 40);
    CachingAllocator allocator = new CachingAllocator(source);
    TreeMap<Long, Block> live = new TreeMap<>();
    for (int i = 0; i < 20_000; i++) {
      if (live.isEmpty() || random.nextInt(100) < 52) {
        long bytes = 1L << random.nextInt(26);
        Block block = take(allocator, bytes + random.nextInt(1000));
        assertTrue(block.bytes() >= bytes, "seed " + seed);
        Map.Entry<Long, Block> below = live.floorEntry(block.address());
        Map.Entry<Long, Block> above = live.ceilingEntry(block.address());
        assertTrue(
            (below == null || below.getKey() + below.getValue().bytes() <= block.address())
                && (above == null || block.address() + block.bytes() <= above.getKey()),
            "overlap with seed " + seed);
        live.put(block.address(), block);
      } else {
        Long address = new ArrayList<>(live.keySet()).get(random.nextInt(live.size()));
        allocator.free(live.remove(address));
      }
    }
    assertEquals(
        live.values().stream().mapToLong(Block::bytes).sum(),
        allocator.statistics().allocatedBytes());
    live.values().forEach(allocator::free);
    allocator.emptyCache();
    assertEquals(0, source.bytes(), "seed " + seed);
    assertEquals(0, allocator.statistics().liveBlocks());
  }

  private static Block take(CachingAllocator allocator, long bytes) {
    Block block = allocator.allocate(bytes);
    assertNotNull(block);
    return block;
  }
}
