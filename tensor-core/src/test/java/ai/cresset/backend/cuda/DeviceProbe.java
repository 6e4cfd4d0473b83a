package ai.cresset.backend.cuda;

import ai.cresset.backend.Backends;
import ai.cresset.error.DeviceException;
import ai.cresset.type.Device;

/** Opens devices in a process of its own, and says what came of it. */
final class DeviceProbe {
  private DeviceProbe() {}

  /** The indexes to open, one after the other. */
  public static void main(String[] indexes) {
    for (String index : indexes) {
      try {
        Backends.of(Device.cuda(Integer.parseInt(index)));
        System.out.println("opened " + index);
        DeviceException absence = CudaProvider.absence();
        if (absence != null) {
          System.out.println(absence.getMessage());
        }
      } catch (DeviceException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
