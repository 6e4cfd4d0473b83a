package ai.cresset.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.type.Device;
import org.junit.jupiter.api.Test;

final class LeakDetectorTest {
  @Test
  void namesThePlaceWhereALiveStorageWasMade() {
    String before = System.getProperty("cresset.leaks");
    System.setProperty("cresset.leaks", "on");
    try {
      LeakDetector detector = LeakDetector.fromSystemProperty();
      Storage storage = Storage.foreign(Device.cuda(0), 64, 16, () -> {});
      detector.created(storage);
      assertTrue(detector.report().contains("storage of 16 bytes on cuda:0"), detector.report());
      assertTrue(detector.report().contains("\n    at "), detector.report());
      detector.released(storage);
      assertEquals("", detector.report());
      storage.release();
    } finally {
      if (before == null) {
        System.clearProperty("cresset.leaks");
      } else {
        System.setProperty("cresset.leaks", before);
      }
    }
  }
}
