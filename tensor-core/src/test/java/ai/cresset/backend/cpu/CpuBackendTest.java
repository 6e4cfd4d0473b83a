package ai.cresset.backend.cpu;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Backends;
import ai.cresset.backend.conformance.FusedConformance;
import ai.cresset.backend.conformance.ImageConformance;
import ai.cresset.backend.conformance.IndexConformance;
import ai.cresset.backend.conformance.MatmulConformance;
import ai.cresset.backend.conformance.PointwiseConformance;
import ai.cresset.backend.conformance.ReductionConformance;
import ai.cresset.type.Device;

final class CpuBackendTest
    implements PointwiseConformance,
        ReductionConformance,
        MatmulConformance,
        IndexConformance,
        ImageConformance,
        FusedConformance {
  @Override
  public Backend backend() {
    return Backends.of(Device.CPU);
  }
}
