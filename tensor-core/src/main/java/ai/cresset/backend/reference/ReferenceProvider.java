package ai.cresset.backend.reference;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Backends;
import ai.cresset.type.Device;

/** Opens {@link ReferenceBackend}. */
public final class ReferenceProvider implements Backends.Provider {
  @Override
  public Device.Kind kind() {
    return Device.Kind.REFERENCE;
  }

  @Override
  public Backend open(Device device) {
    return new ReferenceBackend();
  }
}
