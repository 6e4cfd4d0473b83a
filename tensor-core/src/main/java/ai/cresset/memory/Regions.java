package ai.cresset.memory;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Large blocks, cut from regions of the system's memory: the smallest free range that is large
 * enough is taken, what is left of it stays free, and ranges that become neighbours grow together.
 * So a block of one size serves another size later, and what was never used of a region is address
 * space only. Not thread-safe.
 */
final class Regions {
  private static final int ALIGNMENT = 64;

  /** Memory of the system; {@code highest} is how far it was used so far. */
  private static final class Region {
    final long base;
    final long start;
    final long bytes;
    long highest;

    Region(long base, long bytes) {
      this.base = base;
      this.start = base + ALIGNMENT - 1 & -ALIGNMENT;
      this.bytes = bytes;
    }
  }

  private record Range(Region region, long from, long bytes) {
    long end() {
      return from + bytes;
    }
  }

  private static final Comparator<Range> BY_SIZE =
      Comparator.comparingLong(Range::bytes).thenComparingLong(Range::from);
  private static final Region NOWHERE = new Region(0, 0);

  private final long regionBytes;
  private final Set<Region> regions = new HashSet<>();
  private final TreeSet<Range> free = new TreeSet<>(BY_SIZE);
  private final Map<Long, Range> freeByStart = new HashMap<>();
  private final Map<Long, Range> freeByEnd = new HashMap<>();
  private final Map<Long, Range> taken = new HashMap<>();
  private long takenBytes;
  private long touchedBytes;
  private long systemAllocations;

  /**
   * @param regionBytes of a region, where no single block is larger
   */
  Regions(long regionBytes) {
    this.regionBytes = regionBytes;
  }

  /** The address of a block of so many bytes, a multiple of 64. */
  long take(long bytes) {
    Range found = free.ceiling(new Range(NOWHERE, Long.MIN_VALUE, bytes));
    if (found == null) {
      found = region(Math.max(bytes, regionBytes));
    } else {
      remove(found);
    }
    Region region = found.region();
    if (found.bytes() > bytes) {
      add(new Range(region, found.from() + bytes, found.bytes() - bytes));
    }
    Range block = new Range(region, found.from(), bytes);
    taken.put(block.from(), block);
    takenBytes += bytes;
    long used = block.end() - region.start;
    touchedBytes += Math.max(0, used - region.highest);
    region.highest = Math.max(region.highest, used);
    return block.from();
  }

  private Range region(long bytes) {
    systemAllocations++;
    Region region = new Region(NativeMemory.allocate(bytes + ALIGNMENT), bytes);
    regions.add(region);
    return new Range(region, region.start, bytes);
  }

  /** Gives back a block. */
  void give(long address) {
    Range block = taken.remove(address);
    if (block == null) {
      throw new IllegalStateException("block " + Long.toHexString(address) + " was freed twice");
    }
    takenBytes -= block.bytes();
    long from = block.from();
    long end = block.end();
    // The system's own notes lie between two regions, so neighbours are of one region.
    Range before = freeByEnd.get(from);
    if (before != null) {
      remove(before);
      from = before.from();
    }
    Range after = freeByStart.get(end);
    if (after != null) {
      remove(after);
      end = after.end();
    }
    add(new Range(block.region(), from, end - from));
  }

  private void add(Range range) {
    free.add(range);
    freeByStart.put(range.from(), range);
    freeByEnd.put(range.end(), range);
  }

  private void remove(Range range) {
    free.remove(range);
    freeByStart.remove(range.from());
    freeByEnd.remove(range.end());
  }

  /** Returns regions to the system of which nothing is in use. */
  void trim() {
    for (Region region : Set.copyOf(regions)) {
      Range first = freeByStart.get(region.start);
      if (first != null && first.bytes() == region.bytes) {
        remove(first);
        regions.remove(region);
        touchedBytes -= region.highest;
        NativeMemory.free(region.base);
      }
    }
  }

  /** Bytes that were used and are free now. */
  long cachedBytes() {
    return touchedBytes - takenBytes;
  }

  long systemAllocations() {
    return systemAllocations;
  }
}
