package ai.cresset.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.DeviceException;
import ai.cresset.error.LifetimeException;
import ai.cresset.type.Device;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.Test;

final class AllocatorTest {
  @Test
  void aSteadyStepTakesNothingFromTheSystem() {
    try (Allocator allocator = Allocator.create("test", 1 << 20)) {
      allocator.allocate(1000).release();
      long before = allocator.statistics().systemAllocations();
      for (int step = 0; step < 100; step++) {
        allocator.allocate(990).release();
      }
      MemoryStatistics statistics = allocator.statistics();
      assertEquals(before, statistics.systemAllocations());
      assertEquals(0, statistics.liveBytes());
      assertEquals(0, statistics.liveStorages());
      assertTrue(statistics.peakBytes() >= 1000, statistics.toString());
      assertTrue(statistics.cachedBytes() >= 1000, statistics.toString());
      allocator.emptyCache();
      assertEquals(0, allocator.statistics().cachedBytes());
    }
  }

  @Test
  void storageIsAlignedForVectors() {
    try (Allocator allocator = Allocator.create("test", 1 << 20)) {
      for (int bytes : new int[] {0, 1, 63, 65, 4097}) {
        Storage storage = allocator.allocate(bytes);
        assertEquals(0, storage.address() % 64);
        assertEquals(bytes, storage.bytes());
        storage.release();
      }
    }
  }

  @Test
  void theLimitHolds() {
    try (Allocator allocator = Allocator.create("test", 1 << 16)) {
      assertThrows(OutOfMemoryException.class, () -> allocator.allocate(1 << 17));
      assertEquals(0, allocator.statistics().liveBytes());
    }
  }

  @Test
  void adoptedMemoryCountsUntilItIsGivenBack() {
    AtomicInteger freed = new AtomicInteger();
    long address = NativeMemory.allocate(1 << 16);
    try (Allocator allocator = Allocator.create("test", 100_000)) {
      Storage storage = allocator.adopt(address, 1 << 16, freed::incrementAndGet);
      assertEquals(address, storage.address());
      assertEquals(1 << 16, storage.bytes());
      assertEquals(1 << 16, allocator.statistics().liveBytes());
      assertEquals(1, allocator.statistics().liveStorages());
      assertThrows(OutOfMemoryException.class, () -> allocator.allocate(1 << 16));
      assertThrows(
          OutOfMemoryException.class,
          () -> allocator.adopt(address, 1 << 16, freed::incrementAndGet));
      assertEquals(0, freed.get());
      storage.release();
      assertEquals(1, freed.get());
      assertEquals(0, allocator.statistics().liveBytes());
      assertEquals(1 << 16, allocator.statistics().peakBytes());
    } finally {
      NativeMemory.free(address);
    }
  }

  @Test
  void anAllocatorIsBoundToAThread() {
    Allocator unbound = Allocator.current();
    try (Allocator allocator = Allocator.create("test", 1 << 16)) {
      try (Allocator.Binding binding = allocator.bind()) {
        assertSame(allocator, Allocator.current());
      }
      assertNotSame(allocator, Allocator.current());
      assertSame(unbound, Allocator.current());
    }
  }

  @Test
  void foreignBuffersAreSharedNotCopied() {
    try (Allocator allocator = Allocator.create("test", 1 << 16)) {
      ArrowBuf buffer = allocator.arrow().buffer(64);
      Storage storage = allocator.share(buffer);
      assertEquals(buffer.memoryAddress(), storage.address());
      buffer.close();
      NativeMemory.putInt(storage.address(), 7);
      assertEquals(7, Objects.requireNonNull(storage.buffer()).getInt(0));
      storage.release();
    }
  }

  @Test
  void whatIsLeftAtTheEndIsReported() {
    Allocator allocator = Allocator.create("rank 3", 1 << 16);
    Storage kept = allocator.allocate(10);
    LifetimeException thrown = assertThrows(LifetimeException.class, allocator::close);
    String message = Objects.requireNonNull(thrown.getMessage());
    assertTrue(
        message.startsWith("storages are still live at the end of allocator rank 3"), message);
    kept.release();
  }

  @Test
  void memoryOfAnAcceleratorIsNotTheHosts() {
    try (Allocator allocator = Allocator.create("test", 1 << 16)) {
      assertThrows(DeviceException.class, () -> allocator.allocate(Device.cuda(0), 8));
    }
  }
}
