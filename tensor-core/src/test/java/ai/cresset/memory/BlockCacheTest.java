package ai.cresset.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class BlockCacheTest {
  @Test
  void aFreedBlockIsTakenAgain() {
    BlockCache cache = new BlockCache(1 << 20);
    long first = cache.take(128);
    assertEquals(0, first % 64, "alignment");
    cache.give(first, 128);
    assertEquals(128, cache.cachedBytes());
    assertEquals(first, cache.take(128));
    assertEquals(1, cache.systemAllocations());
    assertEquals(0, cache.cachedBytes());
    cache.give(first, 128);
    cache.trim();
    assertEquals(0, cache.cachedBytes());
  }

  @Test
  void beyondItsLimitBlocksGoBackToTheSystem() {
    BlockCache cache = new BlockCache(128);
    long first = cache.take(128);
    long second = cache.take(128);
    cache.give(first, 128);
    cache.give(second, 128);
    assertEquals(128, cache.cachedBytes());
    cache.close();
    assertEquals(0, cache.cachedBytes());
    cache.give(cache.take(64), 64);
    assertEquals(0, cache.cachedBytes(), "a closed cache keeps nothing");
  }

  @Test
  void freeingTwiceIsRefused() {
    BlockCache cache = new BlockCache(0);
    long block = cache.take(64);
    cache.give(block, 64);
    assertThrows(IllegalStateException.class, () -> cache.give(block, 64));
  }
}
