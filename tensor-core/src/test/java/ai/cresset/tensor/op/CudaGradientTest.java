package ai.cresset.tensor.op;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.cuda.OnCuda;
import ai.cresset.cuda.Cuda;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.autograd.GradientCheck;
import ai.cresset.type.Device;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** First and second derivatives on a CUDA device; each row must start kernels there. */
@OnCuda
@ExtendWith(LeakCheck.class)
class CudaGradientTest {
  private static final Device CUDA = Device.cuda(0);

  static Stream<GradientRow> everyRow() {
    return GradientTest.rows().stream();
  }

  /** The first row of every tenth operation. */
  static Stream<GradientRow> someRows() {
    Set<Class<?>> seen = new HashSet<>();
    return everyRow().filter(row -> seen.add(row.op()) && seen.size() % 10 == 0);
  }

  @ParameterizedTest
  @MethodSource("someRows")
  void gradientsOfStridedInputs(GradientRow row) {
    long before = Cuda.launches(CUDA);
    GradientCheck.DEFAULT.first(row.function(), row.leaves(CUDA, true));
    assertTrue(Cuda.launches(CUDA) > before, row + " started no kernel");
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("everyRow")
  void gradientsEqualCentralDifferences(GradientRow row) {
    long before = Cuda.launches(CUDA);
    GradientCheck.DEFAULT.first(row.function(), row.leaves(CUDA, false));
    GradientCheck.DEFAULT.first(row.function(), row.leaves(CUDA, true));
    GradientCheck.DEFAULT.second(row.function(), row.leaves(CUDA, true));
    GradientCheck.DEFAULT.masks(row.function(), row.leaves(CUDA, false));
    assertTrue(Cuda.launches(CUDA) > before, row + " started no kernel");
  }
}
