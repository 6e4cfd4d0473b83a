package ai.cresset.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.LifetimeException;
import ai.cresset.type.Device;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class StorageTest {
  @Test
  void theLastReleaseFreesOnce() {
    AtomicInteger freed = new AtomicInteger();
    Storage storage = Storage.foreign(Device.cuda(0), 4096, 8, freed::incrementAndGet);
    storage.retain();
    storage.release();
    assertEquals(0, freed.get());
    assertEquals(4096, storage.address());
    storage.release();
    assertEquals(1, freed.get());
  }

  @Test
  void nothingWorksAfterTheLastRelease() {
    Storage storage = Storage.foreign(Device.cuda(0), 4096, 8, () -> {});
    storage.release();
    LifetimeException thrown = assertThrows(LifetimeException.class, storage::address);
    assertEquals(
        "storage of 8 bytes on cuda:0 was released by its last owner; keep it with Scope.keep, or"
            + " use it before the scope ends",
        thrown.getMessage());
    assertThrows(LifetimeException.class, storage::retain);
    assertThrows(LifetimeException.class, storage::release);
  }

  @Test
  void changesAreCounted() {
    Storage storage = Storage.foreign(Device.cuda(0), 4096, 8, () -> {});
    assertEquals(0, storage.version());
    storage.changed();
    assertEquals(1, storage.version());
    storage.release();
  }
}
