package ai.cresset.backend.reference;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Backends;
import ai.cresset.backend.conformance.IndexConformance;
import ai.cresset.backend.conformance.MatmulConformance;
import ai.cresset.type.Device;

/** The refusals of the specification; its results are what others are compared with. */
final class ReferenceBackendTest implements MatmulConformance, IndexConformance {
  @Override
  public Backend backend() {
    return Backends.of(Device.REFERENCE);
  }
}
