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
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;

/**
 * All of the conformance suite, which tests/long.sh runs; {@link CudaSampleTest} is a part of it.
 */
@OnCuda
@Tag("long")
final class CudaBackendTest
    implements PointwiseConformance,
        ReductionConformance,
        MatmulConformance,
        IndexConformance,
        ImageConformance,
        FusedConformance {
  /** What is refused before a kernel could start. */
  private static final Set<String> REFUSALS =
      Set.of("booleansAreRefused", "integersHaveNoRandomElementsAndNoRoots");

  private long launchesBefore;

  @Override
  public Backend backend() {
    return Backends.of(Device.cuda(0));
  }

  /** A kernel has no way to raise it; the result is 0, as PyTorch's on CUDA is undefined. */
  @Override
  public boolean raisesIntegerDivisionByZero() {
    return false;
  }

  @BeforeEach
  void count() {
    launchesBefore = launches();
  }

  @AfterEach
  void ranOnTheDevice(TestInfo test) {
    String method = test.getTestMethod().orElseThrow().getName();
    boolean hasWork =
        !REFUSALS.contains(method)
            && !method.equals("integerDivisionByZeroSaysSo")
            // Its order is a constant: no program of two arguments has it.
            && !test.getDisplayName().contains("POLYGAMMA");
    if (hasWork) {
      assertTrue(launches() > launchesBefore, test.getDisplayName() + " started no kernel");
    }
  }

  private long launches() {
    return ((CudaBackend) backend()).launches();
  }
}
