package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Backends;
import ai.cresset.backend.conformance.FusedConformance;
import ai.cresset.backend.conformance.ImageConformance;
import ai.cresset.backend.conformance.IndexConformance;
import ai.cresset.backend.conformance.MatmulConformance;
import ai.cresset.backend.conformance.PointwiseConformance;
import ai.cresset.backend.conformance.ReductionConformance;
import ai.cresset.type.Device;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

@OnCuda
final class CudaBackendTest
    implements PointwiseConformance,
        ReductionConformance,
        MatmulConformance,
        IndexConformance,
        ImageConformance,
        FusedConformance {
  private long launchesBefore;

  @Override
  public Backend backend() {
    return Backends.of(Device.cuda(0));
  }

  @BeforeEach
  void count() {
    launchesBefore = launches();
  }

  @AfterEach
  void ranOnTheDevice(TestInfo test) {
    assertTrue(launches() > launchesBefore, test.getDisplayName() + " started no kernel");
  }

  private long launches() {
    return ((CudaBackend) backend()).launches();
  }
}
