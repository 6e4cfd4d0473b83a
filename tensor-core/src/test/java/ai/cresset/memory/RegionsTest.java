package ai.cresset.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RegionsTest {
  private static final long REGION = 1 << 16;

  @Test
  void aBlockOfOneSizeServesOthers() {
    Regions regions = new Regions(REGION);
    long whole = regions.take(REGION);
    assertEquals(0, whole % 64);
    regions.give(whole);
    long first = regions.take(640);
    long second = regions.take(1280);
    long third = regions.take(REGION - 1920);
    assertEquals(List.of(whole, whole + 640, whole + 1920), List.of(first, second, third));
    // What lies between two blocks in use is taken before what is larger.
    regions.give(second);
    regions.give(third);
    long again = regions.take(REGION - 640);
    assertEquals(second, again);
    regions.give(first);
    regions.give(again);
    assertEquals(whole, regions.take(REGION));
    assertEquals(1, regions.systemAllocations());
  }

  @Test
  void theSmallestRangeThatFitsIsTaken() {
    Regions regions = new Regions(REGION);
    List<Long> blocks = new ArrayList<>();
    for (long bytes : new long[] {640, 64, 320, 64, 960, 64}) {
      blocks.add(regions.take(bytes));
    }
    regions.give(blocks.get(0));
    regions.give(blocks.get(2));
    regions.give(blocks.get(4));
    assertEquals(blocks.get(2), regions.take(256));
    assertEquals(blocks.get(0), regions.take(640));
  }

  @Test
  void largerBlocksHaveRegionsOfTheirOwnAndTrimGivesThemBack() {
    Regions regions = new Regions(REGION);
    long small = regions.take(64);
    long large = regions.take(3 * REGION);
    assertNotEquals(small, large);
    assertEquals(2, regions.systemAllocations());
    regions.give(large);
    assertEquals(3 * REGION, regions.cachedBytes());
    regions.trim();
    assertEquals(0, regions.cachedBytes());
    regions.give(small);
    regions.trim();
    assertEquals(0, regions.cachedBytes());
    assertThrows(IllegalStateException.class, () -> regions.give(small));
  }

  /** What was never used is address space, not memory that is held. */
  @Test
  void onlyUsedBytesCount() {
    Regions regions = new Regions(REGION);
    long first = regions.take(640);
    assertEquals(0, regions.cachedBytes());
    long second = regions.take(128);
    regions.give(first);
    assertEquals(640, regions.cachedBytes());
    regions.give(second);
    assertEquals(768, regions.cachedBytes());
  }

  @Test
  void blocksInUseNeverOverlap() {
    long seed = 11;
    Random random = new Random(seed);
    Regions regions = new Regions(REGION);
    TreeMap<Long, Long> live = new TreeMap<>();
    for (int i = 0; i < 20_000; i++) {
      if (live.size() < 40 && random.nextInt(5) < 3) {
        long bytes = 64L * (1 + random.nextInt(random.nextBoolean() ? 20 : 900));
        long from = regions.take(bytes);
        Map.Entry<Long, Long> before = live.floorEntry(from);
        Map.Entry<Long, Long> after = live.higherEntry(from);
        assertTrue(before == null || before.getKey() + before.getValue() <= from, "seed " + seed);
        assertTrue(after == null || from + bytes <= after.getKey(), "seed " + seed);
        live.put(from, bytes);
      } else if (!live.isEmpty()) {
        List<Long> starts = List.copyOf(live.keySet());
        long from = starts.get(random.nextInt(starts.size()));
        live.remove(from);
        regions.give(from);
      }
      if (i % 1000 == 999) {
        regions.trim();
      }
    }
    assertTrue(regions.cachedBytes() >= 0, "seed " + seed);
    live.keySet().forEach(regions::give);
    regions.trim();
    assertEquals(0, regions.cachedBytes());
  }
}
