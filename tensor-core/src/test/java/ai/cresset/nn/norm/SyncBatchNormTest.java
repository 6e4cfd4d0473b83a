package ai.cresset.nn.norm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Placement;
import ai.cresset.nn.container.Sequential;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Autograd;
import ai.cresset.type.DType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A group of one worker is that worker; groups of several are in the tests of {@code parallel}. */
@ExtendWith(LeakCheck.class)
class SyncBatchNormTest {
  private static final Placement WIDE = Placement.DEFAULT.withDType(DType.FLOAT64);

  @Test
  void aGroupOfOneGivesOutputsAndDerivativesOfABatchNorm() {
    try (BatchNorm1d plain = new BatchNorm1d(3, RunningNormOptions.BATCH, WIDE);
        SyncBatchNorm shared = new SyncBatchNorm(3, RunningNormOptions.BATCH, WIDE, values -> {});
        Scope scope = Scope.open("test")) {
      Tensor x = Tensor.randn(4, 3, 5).to(DType.FLOAT64).requiresGrad(true);
      Tensor factors = Tensor.randn(4, 3, 5).to(DType.FLOAT64);
      Tensor expected = plain.call(x);
      Tensor got = shared.call(x);
      assertClose(expected, got);
      Tensor first = gradient(expected, factors, x);
      Tensor second = gradient(got, factors, x);
      assertClose(first, second);
      Tensor ones = Tensor.ones(first.spec());
      assertClose(gradient(first.square(), ones, x), gradient(second.square(), ones, x));
      assertClose(
          Objects.requireNonNull(plain.namedBuffers().get("running_var")),
          Objects.requireNonNull(shared.namedBuffers().get("running_var")));
    }
  }

  private static Tensor gradient(Tensor of, Tensor cotangent, Tensor x) {
    return Autograd.grad(List.of(of), List.of(x), List.of(cotangent), true, true).get(0);
  }

  private static void assertClose(Tensor expected, Tensor got) {
    assertTrue(expected.allClose(got, 1e-10, 1e-11, false), expected + " and " + got);
  }

  @Test
  void oneElementForEachChannelAndLazyNormsAreRefused() {
    try (SyncBatchNorm shared = new SyncBatchNorm(3, RunningNormOptions.BATCH, WIDE, values -> {});
        Sequential lazy = new Sequential(new LazyBatchNorm1d());
        Scope scope = Scope.open("test")) {
      assertThrows(ShapeException.class, () -> shared.call(Tensor.randn(1, 3).to(DType.FLOAT64)));
      assertEquals(
          "SyncBatchNorm.convert: '0' is made by the first call; call the model on a batch first",
          assertThrows(ConfigException.class, () -> SyncBatchNorm.convert(lazy, values -> {}))
              .getMessage());
    }
  }
}
