package ai.cresset.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceTest {
  @Test
  void namesAreReadAsTheyArePrinted() {
    for (Device device : List.of(Device.CPU, Device.REFERENCE, Device.cuda(0), Device.cuda(12))) {
      assertEquals(device, Device.parse(device.toString()));
    }
    assertEquals(Device.cuda(0), Device.parse(" CUDA "));
  }

  @Test
  void otherNamesAreRefused() {
    for (String name : List.of("gpu", "cuda:", "cuda:x", "cuda:-1", "cpu:0", "")) {
      ConfigException error = assertThrows(ConfigException.class, () -> Device.parse(name));
      assertEquals(
          "device: expected cpu, cuda, or cuda with an index, as in cuda:0, got " + name,
          error.getMessage());
    }
  }
}
