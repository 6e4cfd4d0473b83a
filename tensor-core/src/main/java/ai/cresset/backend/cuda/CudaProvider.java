package ai.cresset.backend.cuda;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Backends;
import ai.cresset.error.DeviceException;
import ai.cresset.type.Device;

/** Opens a CUDA device. */
public final class CudaProvider implements Backends.Provider {
  @Override
  public Device.Kind kind() {
    return Device.Kind.CUDA;
  }

  @Override
  public Backend open(Device device) {
    try {
      return new CudaBackend(new CudaContext(device));
    } catch (LinkageError e) {
      throw DeviceException.absent(
          device,
          "the NVIDIA driver or the CUDA 12 libraries are not here (" + e.getMessage() + ")",
          "install them, or use Device.CPU");
    }
  }
}
