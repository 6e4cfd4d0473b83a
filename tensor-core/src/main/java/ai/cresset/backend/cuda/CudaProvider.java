package ai.cresset.backend.cuda;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Backends;
import ai.cresset.error.DeviceException;
import ai.cresset.type.Device;
import org.jspecify.annotations.Nullable;

/** Opens a CUDA device. */
public final class CudaProvider implements Backends.Provider {
  @Override
  public Device.Kind kind() {
    return Device.Kind.CUDA;
  }

  @Override
  public Backend open(Device device) {
    return new CudaBackend(new CudaContext(device));
  }

  /**
   * Devices that this process sees, at least one.
   *
   * @throws DeviceException if there is none, with the reason and the remedy
   */
  public static int deviceCount() {
    return CudaDriver.deviceCount();
  }

  /** Why no device can be used; null if one can. */
  public static @Nullable DeviceException absence() {
    try {
      CudaDriver.deviceCount();
      return CudaLibrary.COMPILER.absence();
    } catch (DeviceException e) {
      return e;
    }
  }
}
