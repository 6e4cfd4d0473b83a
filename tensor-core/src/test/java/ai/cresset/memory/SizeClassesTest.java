package ai.cresset.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class SizeClassesTest {
  @Test
  void classesHoldWhatIsAskedAndWasteLittle() {
    long previous = 0;
    for (long bytes = 1; bytes < 1L << 40; bytes = bytes * 9 / 8 + 1) {
      long size = SizeClasses.round(bytes);
      assertTrue(size >= bytes, bytes + " in " + size);
      assertEquals(0, size % 64, "alignment of " + size);
      assertTrue(size <= Math.max(bytes + 63, bytes * 5 / 4 + 64), bytes + " in " + size);
      assertEquals(size, SizeClasses.round(size), "a class is its own class");
      assertTrue(size >= previous, "classes grow");
      previous = size;
    }
  }

  @Test
  void smallestClasses() {
    assertEquals(64, SizeClasses.round(0));
    assertEquals(64, SizeClasses.round(64));
    assertEquals(128, SizeClasses.round(65));
    assertEquals(256, SizeClasses.round(256));
  }
}
